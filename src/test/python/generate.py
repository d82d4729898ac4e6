"""Generates pictures and saves every frame: python generate.py --target localhost:8080 --label Sneaker --out frames

Needs: pip install grpcio grpcio-tools grpcio-status
"""
import argparse
import pathlib
import sys

import grpc
from grpc_status import rpc_status

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "proto"))
messages, services = grpc.protos_and_services("glimpse/v1/glimpse.proto")

options = argparse.ArgumentParser()
options.add_argument("--target", default="localhost:8080", help="where the server listens")
options.add_argument("--label", help="name of the class; absent: drawn from the seed")
options.add_argument("--steps", type=int, default=4, help="network evaluations of the trajectory")
options.add_argument("--seed", type=int, help="key of all noise; absent: the server draws one")
options.add_argument("--out", type=pathlib.Path, default="frames", help="where frames are saved")
args = options.parse_args()

request = messages.GenerateRequest(class_name=args.label, steps=args.steps, seed=args.seed)
args.out.mkdir(parents=True, exist_ok=True)
with grpc.insecure_channel(args.target) as channel:
    try:
        for event in services.GlimpseStub(channel).Generate(request, timeout=60):
            if event.HasField("accepted"):
                print(f"model {event.accepted.model}, seed {event.accepted.seed}")
            elif event.HasField("step"):
                step = event.step
                path = args.out / f"{step.sample}-{'final' if step.last else step.step}.png"
                path.write_bytes(step.image)
                print(f"step {step.step}: t = {step.t:.3g}, {step.elapsed_micros / 1000:.1f} ms, {path}")
            else:
                print(f"finished after {event.finished.nfe} network evaluations")
    except grpc.RpcError as error:
        status = rpc_status.from_call(error)  # the same error with its details, if it has any
        reasons = [detail.type_url.rpartition(".")[2] for detail in status.details] if status else []
        sys.exit(f"{error.code().name}: {error.details()} {reasons}")
