"""Generates pictures and saves every frame."""

import sys

import grpc
from glimpse_client import explain, parse_options, request, services, show

options = parse_options(__doc__)
with grpc.insecure_channel(options.target) as channel:
    call = services.GlimpseStub(channel).Generate(request(options), timeout=options.timeout)
    frames = 0
    try:
        for event in call:
            frames += show(event, options.out)
            if frames == options.cancel_after:
                call.cancel()
                print(f"cancelled after {frames} frames")
                break
    except grpc.RpcError as error:
        sys.exit(explain(error))
