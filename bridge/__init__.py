"""The receipt bridge: BaseLinker -> journal -> printer -> journal -> BaseLinker."""

__version__ = "0.1.0"
