/* The model, in flash: 16-byte aligned, as mote_open() wants it. */
        .section .rodata.model, "a"
        .balign 16
        .global model_start, model_end
model_start:
        .incbin MODEL_FILE
model_end:
        .section .note.GNU-stack, "", %progbits
