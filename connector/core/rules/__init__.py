"""What the rules say: conditions, gates, risks, KPIs, goals. Pure; called by judge (project) and decide (event)."""
