"""From text back to facts, and the judgement of what was found: against the plan, and both routers of a pair together."""
