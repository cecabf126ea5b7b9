"""Rule tests: YAML files beside the rules become cases, each played on a house that is thrown away.

`reading` takes the files (every problem with its place), `building` makes issues, histories and pages of the friendly
notation, `running` plays a case on `scratch`, `comparing` holds what was expected against what came.
"""
