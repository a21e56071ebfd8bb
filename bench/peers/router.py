"""The peer: LiteLLM's Router in front of the same server, asked for the same stream.

Too large to be a dependency of ours: install it into an environment of its own and name that
environment's interpreter to `python -m bench.replies --router PYTHON`, which runs this file.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from litellm import Router


async def main(url: str, calls: int, prompt: str) -> None:
    models = ("whole", "pieces", "refuses")
    router = Router(
        model_list=[
            {
                "model_name": name,
                "litellm_params": {
                    "model": f"openai/{name}",
                    "api_base": f"{url}/v1",
                    "api_key": "tst-0123456789abcdef",
                },
            }
            for name in models
        ],
        num_retries=0,
        fallbacks=[{"refuses": ["whole"]}],
    )

    async def ask(model: str) -> None:
        stream = await router.acompletion(
            model=model, messages=[{"role": "user", "content": prompt}], stream=True, max_tokens=450
        )
        async for _ in stream:
            pass

    for model in models:
        for _ in range(5):
            await ask(model)
        took, cpu = [], time.process_time()
        for _ in range(calls):
            started = time.perf_counter()
            await ask(model)
            took.append(time.perf_counter() - started)
        spent = time.process_time() - cpu
        print(json.dumps({"model": model, "seconds": took, "cpu_ms": spent / calls * 1000}))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.stdin.read()))
