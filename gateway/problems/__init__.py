"""Floor 1: one type for every finding, the registry of codes, and rendering with carets."""

from gateway.problems.codes import REGISTRY, Code
from gateway.problems.place import Place
from gateway.problems.problem import Layer, Problem, Severity, errors, has_errors, problem

__all__ = [
    "REGISTRY",
    "Code",
    "Layer",
    "Place",
    "Problem",
    "Severity",
    "errors",
    "has_errors",
    "problem",
]
