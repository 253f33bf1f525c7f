from benchmarks.tables import Table
def tables() -> list[Table]:
    return []
