"""Compares a training step of Glimpse with the same step written in PyTorch, eagerly.

Both train the teacher of the recipe fashion-mnist from random weights: the same network, data, batch, loss, Adam and
moving average, on the same cores, in turns. What counts is the ratio of the medians of a step's seconds.

    pip install torch numpy pyyaml
    python src/test/python/training_speed.py --data /usr/share/datasets/fashion-mnist
"""

import argparse
import copy
import gzip
import json
import math
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy
import torch
import torch.nn.functional as functional
import yaml
from torch import nn

RECIPE = pathlib.Path("src/main/resources/recipes/fashion-mnist.yaml")


class Block(nn.Module):
    """A residual block of Song et al. (2021) that the noise level's embedding shifts."""

    def __init__(self, inner, outer, embedding, attends=False, up=False, down=False):
        super().__init__()
        self.up, self.down = up, down
        self.norm0 = nn.GroupNorm(min(32, inner // 4), inner, eps=1e-6)
        self.conv0 = nn.Conv2d(inner, outer, 3, padding=1)
        self.affine = nn.Linear(embedding, outer)
        self.norm1 = nn.GroupNorm(min(32, outer // 4), outer, eps=1e-6)
        self.conv1 = nn.Conv2d(outer, outer, 3, padding=1)
        self.skip = nn.Conv2d(inner, outer, 1) if inner != outer or up or down else None
        self.norm2 = nn.GroupNorm(min(32, outer // 4), outer, eps=1e-6) if attends else None
        if attends:
            self.qkv = nn.Conv2d(outer, 3 * outer, 1)
            self.proj = nn.Conv2d(outer, outer, 1)

    def resampled(self, x):
        if self.up:
            return functional.interpolate(x, scale_factor=2, mode="nearest")
        return functional.avg_pool2d(x, 2) if self.down else x

    def forward(self, x, embedding):
        h = self.conv0(self.resampled(functional.silu(self.norm0(x))))
        h = functional.silu(self.norm1(h + self.affine(embedding)[:, :, None, None]))
        h = self.conv1(h)
        x = self.resampled(x)
        h = (h + (x if self.skip is None else self.skip(x))) * math.sqrt(0.5)
        if self.norm2 is None:
            return h
        rows, channels, height, width = h.shape
        q, k, v = self.qkv(self.norm2(h)).reshape(rows, channels, 3, height * width).permute(2, 0, 3, 1)
        a = functional.scaled_dot_product_attention(q[:, None], k[:, None], v[:, None])[:, 0]
        return (h + self.proj(a.transpose(1, 2).reshape(h.shape))) * math.sqrt(0.5)


class SongUNet(nn.Module):
    """The teacher's network around which the EDM preconditioning stands."""

    def __init__(self, network, image, labels):
        super().__init__()
        width, self.patch = network["model_channels"], network["patch"]
        widths = [width * m for m in network["channel_mult"]]
        blocks, size = network["blocks"], image["size"] // self.patch
        ends = image["channels"] * self.patch**2
        self.waves, self.embedding = width, 4 * width
        self.label = nn.Linear(labels, width)
        self.layer0, self.layer1 = nn.Linear(width, self.embedding), nn.Linear(self.embedding, self.embedding)
        self.encoder, self.decoder = nn.ModuleList([nn.Conv2d(ends, width, 3, padding=1)]), nn.ModuleList()
        channels, skips = width, [width]
        for level, wide in enumerate(widths):
            attends = size >> level in network["attention"]
            if level > 0:
                self.encoder.append(Block(channels, channels, self.embedding, down=True))
                skips.append(channels)
            for _ in range(blocks):
                self.encoder.append(Block(channels, wide, self.embedding, attends))
                channels = wide
                skips.append(channels)
        for level, wide in reversed(list(enumerate(widths))):
            attends = size >> level in network["attention"]
            if level == len(widths) - 1:
                self.decoder.append(Block(channels, wide, self.embedding, True))
                self.decoder.append(Block(wide, wide, self.embedding))
            else:
                self.decoder.append(Block(channels, channels, self.embedding, up=True))
            for i in range(blocks + 1):
                joined = Block((channels if i == 0 else wide) + skips.pop(), wide, self.embedding, attends and i == blocks)
                joined.joins = True
                self.decoder.append(joined)
            channels = wide
        self.norm, self.last = nn.GroupNorm(min(32, channels // 4), channels, eps=1e-6), nn.Conv2d(channels, ends, 3, padding=1)
        nn.init.zeros_(self.last.weight)

    def forward(self, x, t, labels):
        total = (t**2 + 0.25)[:, None, None, None]
        frequencies = 1e-4 ** (torch.arange(self.waves // 2) / (self.waves // 2 - 1))
        angles = (t.log() / 4)[:, None] * frequencies
        embedding = torch.cat([angles.sin(), angles.cos()], 1) + self.label(labels)
        embedding = functional.silu(self.layer1(functional.silu(self.layer0(embedding))))
        h, skips = functional.pixel_unshuffle(x / total.sqrt(), self.patch), []
        for module in self.encoder:
            h = module(h, embedding) if isinstance(module, Block) else module(h)
            skips.append(h)
        for module in self.decoder:
            h = module(torch.cat([h, skips.pop()], 1) if hasattr(module, "joins") else h, embedding)
        h = functional.pixel_shuffle(self.last(functional.silu(self.norm(h))), self.patch)
        return x * 0.25 / total + h * 0.5 * t[:, None, None, None] / total.sqrt()


class EagerTrainer:
    """The recipe's step: the EDM loss, Adam, an exponential moving average of the weights."""

    def __init__(self, recipe, data, microbatch, half):
        self.goal, self.half, self.microbatch = recipe["teacher"], half, microbatch
        self.times = recipe["times"]
        self.pictures, self.labels = data
        self.network = SongUNet(recipe["network"], recipe["image"], len(recipe["classes"]))
        self.average = copy.deepcopy(self.network)
        self.optimiser = torch.optim.Adam(self.network.parameters(), lr=0, fused=True)
        self.steps = 0

    def levels(self, rows):
        """Log-normal noise levels, and for the last rows ones that are spread over the noisy end of the grid."""
        noise, times = self.goal["noise"], self.times
        sigma = (noise["log_mean"] + noise["log_std"] * torch.randn(rows)).exp()
        first, last = (times[end] ** (1 / times["rho"]) for end in ("sigma_max", "sigma_min"))
        wide = (first + 0.7 * torch.rand(rows) * (last - first)) ** times["rho"]
        return torch.where(torch.arange(rows) < int(rows * (1 - noise["wide_share"])), sigma, wide)

    def step(self):
        began = time.perf_counter()
        goal, rows = self.goal, torch.randint(len(self.labels), (self.goal["batch"],))
        total = 0.0
        for part in rows.split(self.microbatch):
            clean = self.pictures[part].float()[:, None] / 127.5 - 1
            labels = functional.one_hot(self.labels[part].long(), 10).float() * math.sqrt(10)
            sigma = self.levels(len(part))
            noisy = clean + sigma[:, None, None, None] * torch.randn_like(clean)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
                denoised = self.network(noisy, sigma, labels)
            weight = (sigma**2 + 0.25) / (sigma * 0.5) ** 2
            loss = ((denoised.float() - clean) ** 2).mean((1, 2, 3)).mul(weight).sum() / len(rows)
            loss.backward()
            total += loss.item()
        self.optimiser.param_groups[0]["lr"] = goal["learning_rate"] * min(1, (self.steps + 1) / goal["warmup"])
        self.optimiser.step()
        self.optimiser.zero_grad()
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), list(self.network.parameters()), 0.001)
        self.steps += 1
        return time.perf_counter() - began, total


def read(directory, name):
    with gzip.open(pathlib.Path(directory) / name) as file:
        bytes_ = file.read()
    rank = bytes_[3]
    shape = numpy.frombuffer(bytes_, ">u4", rank, 4)
    return torch.from_numpy(numpy.frombuffer(bytes_, numpy.uint8, offset=4 + 4 * rank).reshape(shape).copy())


def glimpse(text, steps, data, directory):
    """Trains on with Glimpse and gives the statistics of the new steps."""
    recipe = directory / "recipe.yaml"
    values = yaml.safe_load(text)
    values["teacher"]["steps"] = steps
    recipe.write_text(yaml.safe_dump(values))
    out = directory / "run"
    command = ["target/glimpse/bin/glimpse", "train", "--config", recipe, "--kind", "teacher", "--data", data, "--out", out]
    subprocess.run(command + (["--resume"] if out.exists() else []), check=True, stdout=subprocess.DEVNULL)
    return [json.loads(line) for line in (out / "statistics.jsonl").read_text().splitlines()]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", required=True, help="directory of the IDX files")
    options.add_argument("--rounds", type=int, default=3, help="turns of each of the two")
    options.add_argument("--steps", type=int, default=30, help="steps of a turn")
    options.add_argument("--threads", type=int, default=2, help="cores that both use")
    options.add_argument("--warm", type=int, default=8, help="first steps of a turn that do not count")
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    text = RECIPE.read_text()
    recipe = yaml.safe_load(text)
    data = read(options.data, "train-images-idx3-ubyte.gz"), read(options.data, "train-labels-idx1-ubyte.gz")
    goal = recipe["teacher"]
    # PyTorch may choose what suits it best: precision as in the recipe or not, the batch whole or in parts.
    ways = {
        f"PyTorch {name}, {part} rows": EagerTrainer(recipe, data, part, half)
        for name, half in (("float32", False), ("bfloat16", True))
        for part in (goal["microbatch"], goal["batch"])
    }
    print(f"{sum(p.numel() for p in next(iter(ways.values())).network.parameters()):,} parameters in PyTorch")
    times = {name: [] for name in ["Glimpse", *ways]}
    with tempfile.TemporaryDirectory() as directory:
        for turn in range(1, options.rounds + 1):
            lines = glimpse(text, turn * options.steps, options.data, pathlib.Path(directory))[-options.steps :]
            times["Glimpse"] += [line["seconds"] for line in lines[options.warm :]]
            losses = {"Glimpse": lines[-1]["dsm"]}
            for name, trainer in ways.items():
                taken = [trainer.step() for _ in range(options.steps)]
                times[name] += [seconds for seconds, _ in taken[options.warm :]]
                losses[name] = taken[-1][1]
            print(f"turn {turn}: " + ", ".join(f"{name} loss {loss:.3f}" for name, loss in losses.items()), flush=True)
    own = statistics.median(times["Glimpse"])
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"{name}: {median:.3f} s a step, Glimpse takes {own / median:.2f} of it")


main()
