"""The training step of Glimpse, written in PyTorch as one would by hand, to compare its speed with.

The losses and optimisers are those of the recipes fashion-mnist and fashion-mnist-adversarial.
"""

import copy
import math
import time

import torch
import torch.nn.functional as functional

from eager_networks import Critics, SongUNet


class EagerTrainer:
    """A step of a recipe: gradients of its losses, an optimiser, an exponential moving average of the weights."""

    def __init__(self, recipe, kind, data, microbatch, half):
        self.goal, self.half, self.microbatch = recipe[kind], half, microbatch
        self.times = recipe["times"]
        self.pictures, self.labels = data
        self.network = SongUNet(recipe["network"], recipe["image"], len(recipe["classes"]), jumps=kind == "student")
        self.average = copy.deepcopy(self.network)
        self.optimiser = self.optimised()
        self.steps = 0

    def optimised(self):
        return torch.optim.Adam(self.network.parameters(), lr=0, fused=True)

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

    def losses(self, clean, labels):
        """The EDM loss, with its gradients taken."""
        loss = self.denoiser_loss(clean, labels)
        (loss * len(clean) / self.goal["batch"]).backward()
        return loss.item()

    def denoiser_loss(self, clean, labels):
        sigma = self.levels(len(clean))
        denoised = self.network(clean + sigma[:, None, None, None] * torch.randn_like(clean), sigma, labels)
        weight = (sigma**2 + 0.25) / (sigma * 0.5) ** 2
        return ((denoised.float() - clean) ** 2).mean((1, 2, 3)).mul(weight).mean()

    @property
    def trained(self):
        """What the next step trains."""
        return "teacher"

    def step(self):
        """Takes a step; returns what it trained, the seconds and the loss."""
        began, trained = time.perf_counter(), self.trained
        goal, rows = self.goal, torch.randint(len(self.labels), (self.goal["batch"],))
        total = 0.0
        for part in rows.split(self.microbatch):
            clean = self.pictures[part].float()[:, None] / 127.5 - 1
            labels = functional.one_hot(self.labels[part].long(), 10).float() * math.sqrt(10)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.half):
                total += self.losses(clean, labels) * len(part) / len(rows)
        self.update(min(1, (self.steps + 1) / goal["warmup"]))
        self.steps += 1
        return trained, time.perf_counter() - began, round(total, 3)

    def update(self, warm):
        """Moves the weights by their gradients and the moving average after them; warm is the warm-up's share of the rate."""
        self.optimiser.param_groups[0]["lr"] = self.goal["learning_rate"] * warm
        self.optimiser.step()
        self.optimiser.zero_grad()
        with torch.no_grad():
            torch._foreach_lerp_(list(self.average.parameters()), list(self.network.parameters()), 0.001)


class JumpTrainer(EagerTrainer):
    """A step of a student's: jumps whose ends are compared, and the denoiser beside them."""

    def __init__(self, recipe, kind, data, microbatch, half):
        super().__init__(recipe, kind, data, microbatch, half)
        self.teacher = SongUNet(recipe["network"], recipe["image"], len(recipe["classes"]))
        self.knots = self.karras(torch.linspace(0, 1, self.goal["knots"]))

    @property
    def trained(self):
        return "student"

    def optimised(self):
        return torch.optim.RAdam(self.network.parameters(), lr=0, foreach=True)

    def losses(self, clean, labels):
        """The CTM loss between both ends of a jump, and those weighted by the gradients of the last layer."""
        self.draw(clean, labels)
        with torch.no_grad():
            expected = self.expected(labels)
        estimate = self.estimate(labels)
        loss = self.distance(estimate.float(), expected.float()).mean()
        others = self.others(clean, labels, estimate)
        weights = list(self.network.parameters())
        share = len(clean) / self.goal["batch"]
        total = torch.autograd.grad(loss, weights, retain_graph=len(others) > 1, allow_unused=True)
        last = next(i for i, weight in enumerate(weights) if weight is self.network.last.weight)
        measure = total[last].norm()
        for other, least, most in others:
            more = torch.autograd.grad(other(), weights, allow_unused=True)
            balance = (measure / (more[last].norm() + 1e-4)).clamp(least, most)
            total = [a if b is None else b * balance if a is None else a + b * balance for a, b in zip(total, more)]
        for weight, gradient in zip(weights, total):
            weight.grad = share * gradient if weight.grad is None else weight.grad + share * gradient
        return loss.item()

    def others(self, clean, labels, estimate):
        """Losses that are weighted to the first one's gradients, and the bounds of their weights."""
        return [(lambda: self.denoiser_loss(clean, labels), 0, 1e4)]

    def draw(self, clean, labels):
        """Draws the jumps of some rows."""
        rows, knots = len(clean), len(self.knots)
        first = torch.randint(knots - 1, (rows,))
        self.t, self.u, self.end = self.knots[first], self.knots[first + 1], self.knots[-1:].expand(rows)
        self.s = self.knots[first + 1 + (torch.rand(rows) * (knots - 1 - first)).long()]
        self.x = clean + self.t[:, None, None, None] * torch.randn_like(clean)

    def expected(self, labels):
        walked = self.heun(self.x, self.t, self.u, labels)
        return self.ended(self.network.jump(walked, self.u, self.s, labels), labels)

    def estimate(self, labels):
        return self.ended(self.network.jump(self.x, self.t, self.s, labels), labels)

    def ended(self, jumped, labels):
        """Where a jump leads in the end, as the moving average goes on."""
        return self.average.jump(jumped, self.s, self.end, labels)

    def distance(self, one, other):
        c = self.goal["distance"]["c"]
        return ((one - other).square().sum((1, 2, 3)) + c**2).sqrt() - c

    def heun(self, x, t, u, labels):
        """A step of Heun's method along the teacher's flow."""
        t_, u_ = t[:, None, None, None], u[:, None, None, None]
        slope = (x - self.teacher(x, t, labels)) / t_
        there = x + (u_ - t_) * slope
        return x + (u_ - t_) * (slope + (there - self.teacher(there, u, labels)) / u_) / 2


class AdversarialTrainer(JumpTrainer):
    """A student's step whose pictures are compared by features and judged by critics, which learn in steps of their own."""

    def __init__(self, recipe, kind, data, microbatch, half, features):
        super().__init__(recipe, kind, data, microbatch, half)
        self.adversarial = self.goal["adversarial"]
        self.critics = Critics(features, recipe["image"], self.adversarial["width"])
        learning = [weight for weight in self.critics.parameters() if weight.requires_grad]
        self.critic_optimiser = torch.optim.RAdam(learning, self.adversarial["learning_rate"], (0.5, 0.9), foreach=True)

    @property
    def trained(self):
        return "critics" if self.steps % self.adversarial["period"] > 0 else "student"

    def losses(self, clean, labels):
        if self.trained == "student":
            return super().losses(clean, labels)
        self.draw(clean, labels)
        with torch.no_grad():
            drawn = self.estimate(labels)
        loss = functional.relu(1 - self.critics(clean)).mean() + functional.relu(1 + self.critics(drawn)).mean()
        (loss * len(clean) / self.goal["batch"]).backward()
        return loss.item()

    def others(self, clean, labels, estimate):
        return [(lambda: -self.critics(estimate).mean(), 0.01, 10), *super().others(clean, labels, estimate)]

    def ended(self, jumped, labels):
        return super().ended(jumped, labels).clamp(-1, 1)

    def distance(self, one, other):
        total = self.goal["distance"]["pixel_weight"] * (one - other).square().mean((1, 2, 3))
        for a, b in zip(self.critics.maps(one), self.critics.maps(other)):
            total = total + (functional.normalize(a) - functional.normalize(b)).square().sum(1).mean((1, 2))
        return total

    def update(self, warm):
        if self.trained == "student":
            super().update(warm)
            return
        self.critic_optimiser.step()
        self.critic_optimiser.zero_grad()
