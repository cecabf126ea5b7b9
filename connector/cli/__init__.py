"""The front desk: what people and machines type. Commands stand in files of their own; `main` gathers them."""
