"""The noise of a Glimpse trajectory, to the bit: noise.py SEED SAMPLE COUNT STD [BLOCK]."""

import struct
import sys
from statistics import NormalDist


def philox(seed, counter):
    """Philox-4x32-10: four 32-bit words from a 64-bit key and four 32-bit counters."""
    (a, b, c, d), k0, k1 = counter, seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF
    for _ in range(10):
        p, q = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = q >> 32 ^ b ^ k0, q & 0xFFFFFFFF, p >> 32 ^ d ^ k1, p & 0xFFFFFFFF
        k0, k1 = k0 + 0x9E3779B9 & 0xFFFFFFFF, k1 + 0xBB67AE85 & 0xFFFFFFFF
    return a, b, c, d


def float32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def noise(seed, sample, count, std, block=0):
    """std times the normals of a block; block 0 with std = sigma_max is x_T, channels x height x width."""
    words = (k for i in range((count + 3) // 4) for k in philox(seed, (i, block, sample, 0)))
    normals = (float32(NormalDist().inv_cdf((k + 0.5) / 2**32)) for k in words)  # AS 241, as in Glimpse
    return [float32(z * float32(std)) for _, z in zip(range(count), normals)]


def label(seed, sample, classes):
    """The class of a sample whose request names none."""
    return philox(seed, (0, 0, sample, 1))[0] * classes >> 32


if __name__ == "__main__":
    seed, sample, count = map(int, sys.argv[1:4])
    block = int(sys.argv[5]) if len(sys.argv) > 5 else 0
    print(*noise(seed, sample, count, float(sys.argv[4]), block), sep="\n")
