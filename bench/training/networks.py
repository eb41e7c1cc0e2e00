"""Trains one of mote's presets with PyTorch on noise; prints training samples a second, the validation after each epoch included.

Arguments: network, training windows, validation windows, epochs, threads.
"""

import sys
import time

import torch
from torch import nn

BATCH, CLASSES = 64, 6


def same(size, kernel, stride):
    """TensorFlow's padding: (before, after)."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def norm_relu(filters, dims):
    norm = nn.BatchNorm2d if dims == 2 else nn.BatchNorm1d
    return [norm(filters, eps=1e-3), nn.ReLU()]


def ds_cnn():
    top, bottom = same(49, 5, 2)
    left, right = same(10, 5, 2)
    layers = [nn.ZeroPad2d((left, right, top, bottom)), nn.Conv2d(1, 64, 5, 2, bias=False), *norm_relu(64, 2)]
    for _ in range(4):
        layers += [nn.Conv2d(64, 64, 3, padding=1, groups=64, bias=False), *norm_relu(64, 2)]
        layers += [nn.Conv2d(64, 64, 1, bias=False), *norm_relu(64, 2)]
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(64, CLASSES)]
    return nn.Sequential(*layers), (1, 49, 10)


def cnn1d():
    layers, channels, size = [], 6, 128
    for filters, kernel in ((24, 9), (32, 5), (48, 5)):
        layers += [nn.ConstantPad1d(same(size, kernel, 2), 0.0), nn.Conv1d(channels, filters, kernel, 2, bias=False)]
        layers += norm_relu(filters, 1)
        channels, size = filters, -(-size // 2)
    layers += [nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Dropout(0.3), nn.Linear(48, CLASSES)]
    return nn.Sequential(*layers), (6, 128)


def one_epoch(net, optimizer, loss_of, train, validation):
    net.train()
    order = torch.randperm(len(train[0]))
    for first in range(0, len(order) - BATCH + 1, BATCH):
        rows = order[first : first + BATCH]
        optimizer.zero_grad()
        loss_of(net(train[0][rows]), train[1][rows]).backward()
        optimizer.step()
    net.eval()
    with torch.no_grad():
        for first in range(0, len(validation[0]), 256):
            loss_of(net(validation[0][first : first + 256]), validation[1][first : first + 256])


def main():
    name, windows, held, epochs, threads = sys.argv[1], *map(int, sys.argv[2:])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    net, shape = {"ds-cnn": ds_cnn, "cnn1d": cnn1d}[name]()
    parts = [(torch.randn(count, *shape), torch.randint(CLASSES, (count,))) for count in (windows, held)]
    optimizer = torch.optim.AdamW(net.parameters(), lr=0.003, weight_decay=0.01)
    loss_of = nn.CrossEntropyLoss()
    one_epoch(net, optimizer, loss_of, *parts)  # memory and threads come up
    begin = time.perf_counter()
    for _ in range(epochs):
        one_epoch(net, optimizer, loss_of, *parts)
    print(windows * epochs / (time.perf_counter() - begin))


main()
