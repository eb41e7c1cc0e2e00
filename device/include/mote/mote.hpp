// mote.hpp: mote.h for C++17. Nothing of a standard library but <stddef.h> and <stdint.h>, no exceptions, no allocation.
//
//     static MOTE_ALIGNED uint8_t arena[ARENA_BYTES];            // `mote size MODEL.mote` says how many
//     mote::Model model;
//     if (const mote::Status status = model.open(flash, flash_bytes, arena); !status) return log(status.name());
//     model.input().fill(features);                              // or write into model.input().as<int8_t>()
//     model.run();
//     for (const int8_t score : model.output().as<int8_t>()) ...
//
// A Model owns nothing: file and arena are the caller's and outlive it. It may be copied; copies share the arena.
#ifndef MOTE_MOTE_HPP
#define MOTE_MOTE_HPP

#include "mote/mote.h"
#include "mote/stream.h"

namespace mote {
inline namespace firmware {  // apart from the device's own mote::Model, which is another

// What a call answers. True when it is MOTE_OK.
class [[nodiscard]] Status {
 public:
  constexpr Status(mote_status code) : code_(code) {}  // NOLINT: as C answers

  constexpr explicit operator bool() const { return code_ == MOTE_OK; }
  constexpr mote_status code() const { return code_; }
  const char* name() const { return mote_status_name(code_); }  // "TRUNCATED"
  const char* text() const { return mote_status_text(code_); }

 private:
  mote_status code_;
};
constexpr bool operator==(Status a, Status b) { return a.code() == b.code(); }
constexpr bool operator!=(Status a, Status b) { return a.code() != b.code(); }

// Elements that lie one after the other.
template <typename T>
class Span {
 public:
  constexpr Span() = default;
  constexpr Span(T* data, size_t count) : data_(data), count_(count) {}
  template <size_t kCount>
  constexpr Span(T (&array)[kCount]) : data_(array), count_(kCount) {}  // NOLINT: as an array is passed

  constexpr T* data() const { return data_; }
  constexpr size_t size() const { return count_; }
  constexpr bool empty() const { return count_ == 0; }
  constexpr T* begin() const { return data_; }
  constexpr T* end() const { return data_ + count_; }
  constexpr T& operator[](size_t i) const { return data_[i]; }  // i < size()

 private:
  T* data_ = nullptr;
  size_t count_ = 0;
};

namespace detail {
template <typename T>
struct TypeOf;
template <>
struct TypeOf<int8_t> {
  static constexpr mote_type value = MOTE_INT8;
};
template <>
struct TypeOf<int16_t> {
  static constexpr mote_type value = MOTE_INT16;
};
template <>
struct TypeOf<int32_t> {
  static constexpr mote_type value = MOTE_INT32;
};
template <>
struct TypeOf<float> {
  static constexpr mote_type value = MOTE_FLOAT32;
};
}  // namespace detail

// An input or output. Empty (count() == 0) for an index that is none.
class Tensor {
 public:
  explicit Tensor(const mote_tensor& tensor) : tensor_(tensor) {}

  uint32_t count() const { return tensor_.count; }
  uint32_t bytes() const { return tensor_.bytes; }
  mote_type type() const { return tensor_.type; }
  Span<const uint32_t> shape() const { return {tensor_.shape, 4}; }  // batch, height, width, channels
  float scale() const { return tensor_.scale; }
  int32_t zero_point() const { return tensor_.zero_point; }
  float real(int32_t quanta) const { return tensor_.scale * static_cast<float>(quanta - tensor_.zero_point); }

  // Its elements in the arena; empty when T is not their type.
  template <typename T>
  Span<T> as() const {
    if (tensor_.type != detail::TypeOf<T>::value) return {};
    return {static_cast<T*>(tensor_.data), tensor_.count};
  }

  // Copies `from` in; false, and nothing done, unless type and count are the tensor's.
  template <typename T>
  bool fill(Span<const T> from) const {
    const Span<T> to = as<T>();
    if (to.size() != from.size() || to.empty()) return false;
    for (size_t i = 0; i < to.size(); ++i) to[i] = from[i];
    return true;
  }
  template <typename T, size_t kCount>
  bool fill(const T (&from)[kCount]) const {
    return fill(Span<const T>(from));
  }

 private:
  mote_tensor tensor_;
};

class Model {
 public:
  // As mote_open. Until it has answered MOTE_OK, nothing else may be called.
  Status open(const void* bytes, size_t count, void* arena, size_t arena_bytes) {
    return mote_open(&model_, bytes, count, arena, arena_bytes);
  }
  template <size_t kBytes>
  Status open(const void* bytes, size_t count, uint8_t (&arena)[kBytes]) {
    return open(bytes, count, arena, kBytes);
  }

  // As mote_bind: for a file that was opened before and that nobody can have changed.
  Status bind(const void* bytes, size_t count, void* arena, size_t arena_bytes) {
    return mote_bind(&model_, bytes, count, arena, arena_bytes);
  }
  template <size_t kBytes>
  Status bind(const void* bytes, size_t count, uint8_t (&arena)[kBytes]) {
    return bind(bytes, count, arena, kBytes);
  }

  uint32_t input_count() const { return mote_input_count(&model_); }
  uint32_t output_count() const { return mote_output_count(&model_); }
  Tensor input(uint32_t index = 0) const { return Tensor(mote_input(&model_, index)); }
  Tensor output(uint32_t index = 0) const { return Tensor(mote_output(&model_, index)); }

  // From the inputs in the arena, which a run overwrites, to the outputs there.
  void run() { mote_run(&model_, nullptr, nullptr); }
  // The bytes of all inputs, one after the other, and of all outputs (mote_input_bytes, mote_output_bytes).
  void run(const void* inputs, void* outputs) { mote_run(&model_, inputs, outputs); }

  // The same in steps: while (model.step()) ...
  void begin(const void* inputs = nullptr) { mote_begin(&model_, inputs); }
  bool step() { return mote_step(&model_) != 0; }
  void end(void* outputs = nullptr) { mote_end(&model_, outputs); }

  void reset() { mote_reset(&model_); }  // its states
  Status self_test() { return mote_self_test(&model_); }

  // For what has no name here.
  mote_model* c() { return &model_; }
  const mote_model* c() const { return &model_; }

 private:
  mote_model model_{};
};

// Windows of a stream of samples (mote/stream.h). The model stays where it is, and memory is the caller's, as a Model's.
class Stream {
 public:
  static mote_stream_status bytes(const Model& model, uint32_t stride, uint32_t& bytes) {
    return mote_stream_bytes(model.c(), stride, &bytes);
  }
  // As mote_stream_open. Until it has answered MOTE_STREAM_OK, nothing else may be called.
  [[nodiscard]] mote_stream_status open(Model& model, uint32_t stride, void* memory, size_t bytes) {
    return mote_stream_open(&stream_, model.c(), stride, memory, bytes);
  }
  template <size_t kBytes>
  [[nodiscard]] mote_stream_status open(Model& model, uint32_t stride, uint8_t (&memory)[kBytes]) {
    return open(model, stride, memory, kBytes);
  }

  size_t feed(const int16_t* samples, size_t count) { return mote_stream_feed(&stream_, samples, count); }

  // The outputs are in the arena. False, and nothing done, when no window is complete.
  bool run(int16_t* statistics = nullptr, void* outputs = nullptr) { return mote_stream_run(&stream_, statistics, outputs) != 0; }
  bool begin(int16_t* statistics = nullptr) { return mote_stream_begin(&stream_, statistics) != 0; }  // then Model::step()

  void reset() { mote_stream_reset(&stream_); }

 private:
  mote_stream stream_{};
};

}  // namespace firmware
}  // namespace mote

#endif
