"""The networks that training moves, written in PyTorch as one would by hand, of the sizes of the built-in recipes."""

import math

import torch
import torch.nn.functional as functional
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm


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


class Critics(nn.Module):
    """Critics of projected features (Sauer et al., 2021): a frozen random mixture of maps from coarse to fine for each."""

    def __init__(self, features, image, width):
        super().__init__()
        self.features = features
        maps = self.maps(torch.zeros(1, image["channels"], image["size"], image["size"]))
        widest = max(8 * width, width << len(maps) - 1)
        self.projections, self.mixtures, self.heads, self.sizes = *(nn.ModuleList() for _ in range(3)), []
        for i, found in enumerate(maps):
            channels, side = width << i, 2 * found.shape[2] if i == 0 else maps[i - 1].shape[2]
            outer = max(width, channels // 2)
            self.projections.append(nn.Conv2d(found.shape[1], channels, 1, bias=False))
            self.mixtures.append(nn.Conv2d(channels, outer, 1, bias=False))
            self.heads.append(self.head(outer, widest, side))
            self.sizes.append(side)
        for frozen in (self.projections, self.mixtures):
            frozen.requires_grad_(False)

    @staticmethod
    def head(inner, widest, side):
        """Halvings until a map is at most 7 wide, then logits."""
        halvings = 0
        while side >> halvings > 7:
            halvings += 1
        layers, channels = [], inner
        for block in range(halvings):
            outer = max(inner, widest >> (halvings - 1 - block))
            layers += [spectral_norm(nn.Conv2d(channels, outer, 4, 2, 1)), nn.BatchNorm2d(outer), nn.LeakyReLU(0.2)]
            channels = outer
        return nn.Sequential(*layers, spectral_norm(nn.Conv2d(channels, 1, 4, bias=False)))

    def maps(self, pictures):
        return [found for found in self.features(pictures) if found.dim() == 4]

    def forward(self, pictures):
        logits, mixed = [], 0
        for i, found in reversed(list(enumerate(self.maps(pictures)))):
            total = self.projections[i](found) + mixed
            mixed = self.mixtures[i](functional.interpolate(total, size=self.sizes[i], mode="bilinear", align_corners=True))
            logits.append(self.heads[i](mixed).flatten(1))
        return torch.cat(logits, 1)
