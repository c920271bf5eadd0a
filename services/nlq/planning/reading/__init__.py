"""From mentions to a plan: conditions, groups, measures, order, and how sure all that is."""
