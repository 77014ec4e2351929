"""DuckDB: final state of every order, counts by participant and date, VWAP of every order, from its native file."""
import sys

import duckdb

folder, threads = sys.argv[1], int(sys.argv[2])
connection = duckdb.connect(folder + "/market.duckdb", read_only=True)
connection.execute(f"SET threads = {threads}")
rows = connection.execute("""
    WITH final AS (
        SELECT day, security_code, order_id, arg_max(participantid, sequence) AS participant, arg_max(orderstatus, sequence) AS status,
               arg_max(quantity, sequence) AS quantity, arg_max(totalmatchedquantity, sequence) AS matched
        FROM orders GROUP BY day, security_code, order_id),
    vwap AS (
        SELECT day, securitycode, orderid, sum(tradeprice::HUGEINT * quantity) / sum(quantity) AS vwap
        FROM trades GROUP BY day, securitycode, orderid)
    SELECT f.participant, f.day, count(*), sum(f.quantity), sum(f.matched), count(*) FILTER (WHERE f.status = 1), avg(v.vwap)
    FROM final f LEFT JOIN vwap v ON v.day = f.day AND v.securitycode = f.security_code AND v.orderid = f.order_id
    GROUP BY f.participant, f.day ORDER BY ALL""").fetchall()
print(len(rows))
