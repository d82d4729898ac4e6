"""Generates pictures and saves every frame, with asyncio."""

import asyncio
import sys

import grpc
from glimpse_client import explain, parse_options, request, services, show


async def generate(options):
    async with grpc.aio.insecure_channel(options.target) as channel:
        call = services.GlimpseStub(channel).Generate(request(options), timeout=options.timeout)
        frames = 0
        async for event in call:
            frames += show(event, options.out)
            if frames == options.cancel_after:
                call.cancel()
                print(f"cancelled after {frames} frames")
                break


try:
    asyncio.run(generate(parse_options(__doc__)))
except grpc.aio.AioRpcError as error:
    sys.exit(explain(error))
