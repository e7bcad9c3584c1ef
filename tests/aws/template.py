"""template.yaml as tests see it: as it is written, and as CloudFormation gets it."""

import json
import pickle
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from boto3.session import Session
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

ROOT = Path(__file__).parents[2]
FILE = ROOT / "template.yaml"
REGION = "eu-central-1"
BUCKET = "packages"
"""Where `sam package` would have put the functions."""
DRAWING = ("ProcessPhotoFunction", "RenderFunction", "PreviewFunction")
"""The functions that decode and draw pictures: they have a package of their own."""


class _Loader(yaml.CSafeLoader):
    """Reads YAML with CloudFormation's short forms: `!Ref`, `!Sub`, ...

    libyaml reads it ten times as fast as Python would, while tests are collected.
    """


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


@cache
def _written() -> bytes:
    return pickle.dumps(yaml.load(FILE.read_text(), _Loader))


def written() -> dict[str, Any]:
    """Answer the template as it stands in the repository."""
    loaded: dict[str, Any] = pickle.loads(_written())
    return loaded


def translated(**parameters: str) -> dict[str, Any]:
    """Answer what the serverless transform makes of it."""
    result: dict[str, Any] = json.loads(_translated(tuple(sorted(parameters.items()))))
    return result


@cache  # a quarter of a second, which many a module takes while its tests are collected
def _translated(parameters: tuple[tuple[str, str], ...]) -> str:
    template = written()
    template["Globals"]["Function"]["CodeUri"] = f"s3://{BUCKET}/functions.zip"
    for name in DRAWING:
        function = template["Resources"][name]["Properties"]
        function["CodeUri"] = f"s3://{BUCKET}/pictures.zip"
    defaults = {
        name: parameter["Default"]
        for name, parameter in template["Parameters"].items()
        if "Default" in parameter
    }
    translator = Translator({}, Parser(), boto_session=Session(region_name=REGION))
    return json.dumps(translator.translate(template, {**defaults, **dict(parameters)}))


def resources(kind: str, template: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Answer the resources of a type, by their logical ids."""
    of = template or translated()
    return {name: one for name, one in of["Resources"].items() if one["Type"] == kind}
