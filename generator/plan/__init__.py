"""`Intent` → `Plan`: one device plan a router, every number, name, default and order decided."""

from generator.plan.build import Component, PlanPart, components, plan, plan_component

__all__ = ["Component", "PlanPart", "components", "plan", "plan_component"]
