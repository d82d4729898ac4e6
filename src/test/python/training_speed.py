"""Compares a training step of Glimpse with the same step written in PyTorch, eagerly.

Both train by the recipe fashion-mnist, from random weights: the same network, data, batch, losses, optimiser and moving
average, on the same cores, in turns. What counts is the ratio of the medians of a step's seconds. A student's jumps
are those of one solver step here, since the number that the recipe draws for each step decides how long it takes.

    pip install torch numpy pyyaml
    python src/test/python/training_speed.py --data /usr/share/datasets/fashion-mnist --kind student
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

    def __init__(self, inner, outer, embedding, attends=False, up=False, down=False, jumps=False):
        super().__init__()
        self.up, self.down = up, down
        self.norm0 = nn.GroupNorm(min(32, inner // 4), inner, eps=1e-6)
        self.conv0 = nn.Conv2d(inner, outer, 3, padding=1)
        self.affine = nn.Linear(embedding, outer)
        self.affine_s = nn.Linear(embedding, outer) if jumps else None
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

    def forward(self, x, embedding, embedding_s):
        h = self.conv0(self.resampled(functional.silu(self.norm0(x))))
        shift = self.affine(embedding)
        if self.affine_s is not None:
            shift = shift + self.affine_s(embedding_s)
        h = functional.silu(self.norm1(h + shift[:, :, None, None]))
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
    """The network around which the EDM preconditioning stands; a student's takes the end of a jump as well."""

    def __init__(self, network, image, labels, jumps=False):
        super().__init__()
        width, self.patch = network["model_channels"], network["patch"]
        widths = [width * m for m in network["channel_mult"]]
        blocks, size = network["blocks"], image["size"] // self.patch
        ends = image["channels"] * self.patch**2
        self.waves, self.embedding = width, 4 * width
        self.maps = nn.ModuleList(self.map(width, labels) for _ in range(1 + jumps))
        self.encoder, self.decoder = nn.ModuleList([nn.Conv2d(ends, width, 3, padding=1)]), nn.ModuleList()
        channels, skips = width, [width]
        for level, wide in enumerate(widths):
            attends = size >> level in network["attention"]
            if level > 0:
                self.encoder.append(Block(channels, channels, self.embedding, down=True, jumps=jumps))
                skips.append(channels)
            for _ in range(blocks):
                self.encoder.append(Block(channels, wide, self.embedding, attends, jumps=jumps))
                channels = wide
                skips.append(channels)
        for level, wide in reversed(list(enumerate(widths))):
            attends = size >> level in network["attention"]
            if level == len(widths) - 1:
                self.decoder.append(Block(channels, wide, self.embedding, True, jumps=jumps))
                self.decoder.append(Block(wide, wide, self.embedding, jumps=jumps))
            else:
                self.decoder.append(Block(channels, channels, self.embedding, up=True, jumps=jumps))
            for i in range(blocks + 1):
                joined = Block((channels if i == 0 else wide) + skips.pop(), wide, self.embedding, attends and i == blocks, jumps=jumps)
                joined.joins = True
                self.decoder.append(joined)
            channels = wide
        self.norm, self.last = nn.GroupNorm(min(32, channels // 4), channels, eps=1e-6), nn.Conv2d(channels, ends, 3, padding=1)
        nn.init.zeros_(self.last.weight)

    def map(self, width, labels):
        layers = nn.Linear(labels, width), nn.Linear(width, self.embedding), nn.Linear(self.embedding, self.embedding)
        return nn.ModuleList(layers)

    def embed(self, time, labels, layers):
        label, layer0, layer1 = layers
        frequencies = 1e-4 ** (torch.arange(self.waves // 2) / (self.waves // 2 - 1))
        angles = (time.log() / 4)[:, None] * frequencies
        embedding = torch.cat([angles.sin(), angles.cos()], 1) + label(labels)
        return functional.silu(layer1(functional.silu(layer0(embedding))))

    def jump(self, x, t, s, labels):
        """G(x, t, s) = s/t x + (1 - s/t) g(x, t, s)."""
        share = (s / t)[:, None, None, None]
        return share * x + (1 - share) * self(x, t, labels, s)

    def forward(self, x, t, labels, s=None):
        total = (t**2 + 0.25)[:, None, None, None]
        ends = [t, t if s is None else s]
        embedding = [self.embed(time, labels, layers) for time, layers in zip(ends, self.maps)] + [None]
        h, skips = functional.pixel_unshuffle(x / total.sqrt(), self.patch), []
        for module in self.encoder:
            h = module(h, *embedding[:2]) if isinstance(module, Block) else module(h)
            skips.append(h)
        for module in self.decoder:
            h = module(torch.cat([h, skips.pop()], 1) if hasattr(module, "joins") else h, *embedding[:2])
        h = functional.pixel_shuffle(self.last(functional.silu(self.norm(h))), self.patch)
        return x * 0.25 / total + h * 0.5 * t[:, None, None, None] / total.sqrt()


class EagerTrainer:
    """A step of the recipe: gradients of its losses, an optimiser, an exponential moving average of the weights."""

    def __init__(self, recipe, data, kind, microbatch, half):
        self.goal, self.half, self.microbatch = recipe[kind], half, microbatch
        self.times = recipe["times"]
        self.pictures, self.labels = data
        network = recipe["network"], recipe["image"], len(recipe["classes"])
        self.network = SongUNet(*network, jumps=kind == "student")
        self.average = copy.deepcopy(self.network)
        if kind == "student":
            self.teacher = SongUNet(*network)
            self.knots = self.karras(torch.linspace(0, 1, self.goal["knots"]))
            self.optimiser = torch.optim.RAdam(self.network.parameters(), lr=0, foreach=True)
        else:
            self.optimiser = torch.optim.Adam(self.network.parameters(), lr=0, fused=True)
        self.losses = self.jumps if kind == "student" else self.denoising
        self.steps = 0

    def karras(self, place):
        """Noise levels from the noisy end, 0, to the clean one, 1."""
        first, last = (self.times[end] ** (1 / self.times["rho"]) for end in ("sigma_max", "sigma_min"))
        return (first + place * (last - first)) ** self.times["rho"]

    def levels(self, rows):
        """Log-normal noise levels, and for the last rows ones that are spread over the noisy end of the grid."""
        noise = self.goal["noise"]
        sigma = (noise["log_mean"] + noise["log_std"] * torch.randn(rows)).exp()
        wide = self.karras(0.7 * torch.rand(rows))
        return torch.where(torch.arange(rows) < int(rows * (1 - noise["wide_share"])), sigma, wide)

    def denoising(self, clean, labels):
        """The EDM loss, with its gradients taken."""
        loss = self.denoiser_loss(clean, labels)
        (loss * len(clean) / self.goal["batch"]).backward()
        return loss.item()

    def denoiser_loss(self, clean, labels):
        sigma = self.levels(len(clean))
        denoised = self.network(clean + sigma[:, None, None, None] * torch.randn_like(clean), sigma, labels)
        weight = (sigma**2 + 0.25) / (sigma * 0.5) ** 2
        return ((denoised.float() - clean) ** 2).mean((1, 2, 3)).mul(weight).mean()

    def jumps(self, clean, labels):
        """The CTM loss between both ends of a jump, and the EDM loss weighted by the gradients of the last layer."""
        rows, knots, end = len(clean), len(self.knots), self.knots[-1:].expand(len(clean))
        first = torch.randint(knots - 1, (rows,))
        t, u = self.knots[first], self.knots[first + 1]
        s = self.knots[first + 1 + (torch.rand(rows) * (knots - 1 - first)).long()]
        x = clean + t[:, None, None, None] * torch.randn_like(clean)
        with torch.no_grad():
            walked = self.heun(x, t, u, labels)
            expected = self.average.jump(self.network.jump(walked, u, s, labels), s, end, labels)
        estimate = self.average.jump(self.network.jump(x, t, s, labels), s, end, labels)
        c = self.goal["distance"]["c"]
        far = (estimate.float() - expected.float()).square().sum((1, 2, 3))
        loss = ((far + c**2).sqrt() - c).mean()
        weights = list(self.network.parameters())
        share = rows / self.goal["batch"]
        gradients = torch.autograd.grad(loss, weights, allow_unused=True)
        others = torch.autograd.grad(self.denoiser_loss(clean, labels), weights, allow_unused=True)
        last = next(i for i, weight in enumerate(weights) if weight is self.network.last.weight)
        balance = (gradients[last].norm() / (others[last].norm() + 1e-4)).clamp(0, 1e4)
        for weight, one, other in zip(weights, gradients, others):
            both = share * (one + balance * other)
            weight.grad = both if weight.grad is None else weight.grad + both
        return loss.item()

    def heun(self, x, t, u, labels):
        """A step of Heun's method along the teacher's flow."""
        t_, u_ = t[:, None, None, None], u[:, None, None, None]
        slope = (x - self.teacher(x, t, labels)) / t_
        there = x + (u_ - t_) * slope
        return x + (u_ - t_) * (slope + (there - self.teacher(there, u, labels)) / u_) / 2

    def step(self):
        began = time.perf_counter()
        goal, rows = self.goal, torch.randint(len(self.labels), (self.goal["batch"],))
        total = 0.0
        for part in rows.split(self.microbatch):
            clean = self.pictures[part].float()[:, None] / 127.5 - 1
            labels = functional.one_hot(self.labels[part].long(), 10).float() * math.sqrt(10)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
                total += self.losses(clean, labels) * len(part) / len(rows)
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


class Glimpse:
    """Trains on by the program, a turn at a time."""

    def __init__(self, recipe, kind, data, directory):
        self.recipe, self.kind, self.data, self.directory = recipe, kind, data, directory
        if kind == "student":
            self.train("teacher", 1, [])

    def turn(self, steps):
        """Goes on to so many steps and gives the statistics of all."""
        teacher = ["--teacher", self.directory / "teacher" / "fashion-mnist-teacher" / "1"]
        self.train(self.kind, steps, teacher if self.kind == "student" else [])
        lines = (self.directory / self.kind / "statistics.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def train(self, kind, steps, more):
        self.recipe[kind]["steps"] = steps
        recipe = self.directory / "recipe.yaml"
        recipe.write_text(yaml.safe_dump(self.recipe))
        out = self.directory / kind
        command = ["target/glimpse/bin/glimpse", "train", "--config", recipe, "--kind", kind, "--data", self.data, "--out", out]
        subprocess.run(command + more + (["--resume"] if out.exists() else []), check=True, stdout=subprocess.DEVNULL)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", required=True, help="directory of the IDX files")
    options.add_argument("--kind", choices=["teacher", "student"], default="teacher")
    options.add_argument("--rounds", type=int, default=3, help="turns of each of the two")
    options.add_argument("--steps", type=int, default=30, help="steps of a turn")
    options.add_argument("--threads", type=int, default=2, help="cores that both use")
    options.add_argument("--warm", type=int, default=8, help="first steps of a turn that do not count")
    options = options.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    recipe = yaml.safe_load(RECIPE.read_text())
    recipe["student"]["max_solver_steps"] = 1
    data = read(options.data, "train-images-idx3-ubyte.gz"), read(options.data, "train-labels-idx1-ubyte.gz")
    goal, loss = recipe[options.kind], "dsm" if options.kind == "teacher" else "ctm"
    # PyTorch may choose what suits it best: precision as in the recipe or not, the batch whole or in parts.
    ways = {
        f"PyTorch {name}, {part} rows": EagerTrainer(recipe, data, options.kind, part, half)
        for name, half in (("float32", False), ("bfloat16", True))
        for part in (goal["microbatch"], goal["batch"])
    }
    print(f"{sum(p.numel() for p in next(iter(ways.values())).network.parameters()):,} parameters in PyTorch")
    times = {name: [] for name in ["Glimpse", *ways]}
    with tempfile.TemporaryDirectory() as directory:
        glimpse = Glimpse(recipe, options.kind, options.data, pathlib.Path(directory))
        for turn in range(1, options.rounds + 1):
            lines = glimpse.turn(turn * options.steps)[-options.steps :]
            times["Glimpse"] += [line["seconds"] for line in lines[options.warm :]]
            losses = {"Glimpse": lines[-1][loss]}
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
