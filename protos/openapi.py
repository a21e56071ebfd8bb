"""The descriptor set as an OpenAPI document."""


def openapi(image: bytes) -> str:
    return "{}\n"
