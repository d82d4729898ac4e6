"""What both Python clients share: the contract, the options, saving a frame, explaining an error."""

import argparse
import pathlib
import sys

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "proto"))
messages, services = grpc.protos_and_services("glimpse/v1/glimpse.proto")


class Parser(argparse.ArgumentParser):
    """One that says what is wrong with an option, and no more."""

    def error(self, message):
        self.exit(2, f"{message}\n")


def whole(bits):
    """Reads a whole number that a field of so many bits holds."""

    def read(text):
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else -1
        if not 0 <= number < 2**bits:
            raise argparse.ArgumentTypeError(f"{text} (expected: a whole number 0..{2**bits - 1})")
        return number

    return read


def seconds(text):
    """Reads a time that a deadline may be away, up to a day."""
    number = float(text)
    if not 0 < number <= 86400:
        raise argparse.ArgumentTypeError(f"{text} (expected: seconds, more than 0, at most 86400)")
    return number


def parse_options(description):
    parser = Parser(description=description)
    parser.add_argument("--target", default="localhost:8080", help="where the server listens")
    parser.add_argument("--label", help="name of the class; absent: drawn from the seed")
    parser.add_argument("--steps", type=whole(32), default=4, help="steps of each picture")
    parser.add_argument("--count", type=whole(32), default=1, help="pictures")
    parser.add_argument("--seed", type=whole(64), help="key of all noise; absent: the server draws one")
    parser.add_argument("--timeout", type=seconds, default=60, metavar="SECONDS", help="deadline of the call")
    parser.add_argument("--cancel-after", type=whole(32), metavar="FRAMES", help="leave after so many frames")
    parser.add_argument("--out", type=pathlib.Path, default="frames", help="where frames are saved")
    options = parser.parse_args()
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.error(f"argument --out: {error}")
    return options


def request(options):
    # A field of None is one that is not set, which differs from 0 where the contract says optional.
    return messages.GenerateRequest(
        class_name=options.label, steps=options.steps, count=options.count, seed=options.seed
    )


def show(event, directory):
    """Prints an event and saves its picture; returns how many frames it was, 0 or 1."""
    if event.HasField("accepted"):
        print(f"model {event.accepted.model}, seed {event.accepted.seed}")
    elif event.HasField("step"):
        step = event.step
        path = directory / f"{step.sample}-{'final' if step.last else step.step}.png"
        path.write_bytes(step.image)
        print(f"step {step.step}: t = {step.t:.3g}, {step.elapsed_micros / 1000:.1f} ms, {path}", flush=True)
        return 1
    elif event.HasField("finished"):
        print(f"finished after {event.finished.nfe} network evaluations")
    return 0


def explain(error):
    """The lines that tell a person what went wrong, from the status and the details in its trailers."""
    lines = [f"{error.code().name}: {error.details()}"]
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        info, bad, retry = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest(), error_details_pb2.RetryInfo()
        if detail.Unpack(info):
            lines.append(f"  reason: {info.reason}")
        elif detail.Unpack(bad):
            lines += [f"  field: {violation.field}" for violation in bad.field_violations]
        elif detail.Unpack(retry):
            lines.append(f"  try again after {retry.retry_delay.ToTimedelta().total_seconds():g} s")
    return "\n".join(lines)
