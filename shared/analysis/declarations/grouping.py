"""Steps that find groups of rows."""

from __future__ import annotations

from shared.analysis.model import NUMBERS, Example, ModelStep, Role, Setting, Statistic

STEPS = (
    ModelStep(
        name="clusters",
        label="clustering",
        phrases=(
            "clusters",
            "cluster",
            "clustering",
            "k-means",
            "kmeans",
            "segments of",
            "segment by",
            "group similar",
        ),
        sentence="clusters of rows that are alike in {columns}",
        roles=(Role("columns", "the columns in which rows are alike", NUMBERS, 1, 20),),
        settings=(
            Setting("k", "how many clusters; 0 is as many as separate best, up to 8", 0, low=0, high=20),
            Setting(
                "show",
                "the clusters with their averages, or the rows with their cluster",
                "centres",
                {"centres": (), "rows": ("each row", "label each", "assign")},
            ),
        ),
        statistics=(
            Statistic("clusters", "clusters", ("number of clusters",)),
            Statistic("silhouette", "mean silhouette", ("silhouette", "silhouette score")),
        ),
        shows="rows",
        headline="clusters",
        module="clustering",
        examples=(
            Example("3 clusters by visits and price", {"columns": ("visits", "price")}, {"k": 3}),
            Example("clusters by visits and price", {"columns": ("visits", "price")}),
        ),
    ),
)
