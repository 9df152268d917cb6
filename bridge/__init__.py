"""The receipt bridge: BaseLinker -> journal -> printer -> journal -> BaseLinker."""
