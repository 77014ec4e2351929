"""Polars: final state of every order, counts by participant and date, VWAP of every order, from its Parquet files."""
import sys

import polars as pl

folder = sys.argv[1]
orders = pl.scan_parquet(f"{folder}/orders/**/*.parquet", hive_partitioning=True)
trades = pl.scan_parquet(f"{folder}/trades/**/*.parquet", hive_partitioning=True)
key = ["day", "security", "order_id"]
names = ["participantid", "orderstatus", "quantity", "totalmatchedquantity"]
final = orders.group_by(key).agg(pl.col(name).get(pl.col("sequence").arg_max()) for name in names)
vwap = trades.group_by("day", "security", pl.col("orderid").alias("order_id")).agg(
    vwap=(pl.col("tradeprice").cast(pl.Int64) * pl.col("quantity")).sum() / pl.col("quantity").sum())
answer = final.join(vwap, on=key, how="left").group_by("participantid", "day").agg(
    pl.len(), pl.col("quantity").sum(), pl.col("totalmatchedquantity").sum(), (pl.col("orderstatus") == 1).sum().alias("filled"),
    pl.col("vwap").mean()).sort("participantid", "day").collect(engine="streaming")
print(answer.height)
