"""Asks a server through Triton's own clients and prints what came, one JSON object a line.

    python triton.py facts   HOST:PORT
    python triton.py infer   HOST:PORT
    python triton.py stream  HOST:PORT
    python triton.py errors  HOST:PORT
"""

import argparse
import hashlib
import json
import queue

import numpy as np
import tritonclient.grpc
import tritonclient.http
from tritonclient.utils import InferenceServerException

MODEL = "fashion-mnist"
SEED = 5
STEPS = 3


def tell(**what):
    print(json.dumps(what), flush=True)


def digest(array):
    return hashlib.sha256(array.tobytes()).hexdigest()


def inputs(kind, binary=None, **fields):
    """The tensors of some fields, as the client of that kind wants them."""
    tensors = []
    for name, values in fields.items():
        datatype = {"uint64": "UINT64", "int32": "INT32", "float64": "FP64", "object": "BYTES"}[str(values.dtype)]
        tensor = kind.InferInput(name, list(values.shape), datatype)
        if binary is None:
            tensor.set_data_from_numpy(values)
        else:
            tensor.set_data_from_numpy(values, binary_data=binary)
        tensors.append(tensor)
    return tensors


def fields(steps=STEPS, count=1):
    return {
        "seed": np.array([SEED], np.uint64),
        "steps": np.array([steps], np.int32),
        "count": np.array([count], np.int32),
        "class_name": np.array([b"Bag"], np.object_),
        "sampler": np.array([b"gamma"], np.object_),
        "gamma": np.array([0.5], np.float64),
    }


def tell_result(door, result, response_id):
    image = result.as_numpy("image")
    tell(
        door=door,
        id=response_id,
        shape=list(image.shape),
        sha256=digest(image),
        seed=int(result.as_numpy("seed")[0]),
        nfe=int(result.as_numpy("nfe")[0]),
        plan=list(result.as_numpy("plan").shape),
    )


def facts(grpc, http):
    for door, client in (("grpc", grpc), ("http", http)):
        metadata = client.get_model_metadata(MODEL)
        config = client.get_model_config(MODEL)
        if door == "grpc":
            names = [output.name for output in metadata.outputs]
            decoupled = config.config.model_transaction_policy.decoupled
            index = client.get_model_repository_index().models[0].name
        else:
            names = [output["name"] for output in metadata["outputs"]]
            decoupled = config["model_transaction_policy"]["decoupled"]
            index = client.get_model_repository_index()[0]["name"]
        tell(
            door=door,
            live=client.is_server_live(),
            ready=client.is_server_ready(),
            model_ready=client.is_model_ready(MODEL),
            other_ready=client.is_model_ready("none"),
            outputs=names,
            decoupled=decoupled,
            index=index,
        )


def infer(grpc, http):
    result = grpc.infer(MODEL, inputs(tritonclient.grpc, **fields(count=2)), request_id="g")
    tell_result("grpc", result, result.get_response().id)
    result = http.infer(MODEL, inputs(tritonclient.http, True, **fields(count=2)), request_id="b")
    tell_result("http binary", result, result.get_response()["id"])
    wanted = [
        tritonclient.http.InferRequestedOutput(name, binary_data=False) for name in ("image", "seed", "nfe", "plan")
    ]
    result = http.infer(MODEL, inputs(tritonclient.http, False, **fields(count=2)), request_id="j", outputs=wanted)
    tell_result("http json", result, result.get_response()["id"])


def stream(grpc, http):
    answers = queue.Queue()
    grpc.start_stream(lambda result, error: answers.put((result, error)))
    grpc.async_stream_infer(MODEL, inputs(tritonclient.grpc, **fields(steps=0)), request_id="wrong")
    grpc.async_stream_infer(
        MODEL,
        inputs(tritonclient.grpc, **fields()),
        request_id="right",
        parameters={"preview": "exact"},
        enable_empty_final_response=True,
    )
    open_requests = {"wrong", "right"}
    while open_requests:
        result, error = answers.get(timeout=30)
        if error is not None:
            tell(error=error.message())
            open_requests.remove("wrong")
            continue
        response = result.get_response()
        final = response.parameters["triton_final_response"].bool_param
        tell(
            id=response.id,
            step=response.parameters["step"].int64_param,
            final=final,
            shape=list(result.as_numpy("image").shape),
            sha256=digest(result.as_numpy("image")),
        )
        if final:
            open_requests.remove(response.id)
    grpc.stop_stream()


def errors(grpc, http):
    def refused(door, what, call):
        try:
            call()
            tell(door=door, what=what, status="none", message="")
        except InferenceServerException as e:
            tell(door=door, what=what, status=e.status(), message=e.message())

    for door, kind, client in (("grpc", tritonclient.grpc, grpc), ("http", tritonclient.http, http)):
        refused(door, "steps", lambda: client.infer(MODEL, inputs(kind, **fields(steps=0))))
        refused(door, "model", lambda: client.infer("none", inputs(kind, **fields())))
        refused(door, "input", lambda: client.infer(MODEL, inputs(kind, prompt=np.array([b"cat"], np.object_))))
        refused(
            door,
            "output",
            lambda: client.infer(MODEL, inputs(kind, **fields()), outputs=[kind.InferRequestedOutput("text")]),
        )
        refused(door, "timeout", lambda: client.infer(MODEL, inputs(kind, **fields(steps=16)), timeout=1))
        refused(door, "statistics", lambda: client.get_inference_statistics(MODEL))


def main():
    scenarios = {"facts": facts, "infer": infer, "stream": stream, "errors": errors}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenario", choices=scenarios, help="what to ask for")
    parser.add_argument("target", metavar="HOST:PORT", help="where the server listens")
    options = parser.parse_args()
    grpc = tritonclient.grpc.InferenceServerClient(options.target)
    http = tritonclient.http.InferenceServerClient(options.target)
    scenarios[options.scenario](grpc, http)
    grpc.close()
    http.close()


if __name__ == "__main__":
    main()
