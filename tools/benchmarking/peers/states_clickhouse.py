"""ClickHouse (chdb): final state of every order, counts by participant and date, VWAP of every order, from its MergeTree."""
import sys

from chdb import session

folder, threads = sys.argv[1], int(sys.argv[2])
connection = session.Session(folder + "/clickhouse")
answer = connection.query(f"""
    SELECT f.participant, f.day, count(), sum(f.quantity), sum(f.matched), countIf(f.status = 1), avg(v.vwap)
    FROM (
        SELECT day, security_code, order_id, argMax(participantid, sequence) AS participant, argMax(orderstatus, sequence) AS status,
               argMax(quantity, sequence) AS quantity, argMax(totalmatchedquantity, sequence) AS matched
        FROM market.orders GROUP BY day, security_code, order_id) AS f
    LEFT JOIN (
        SELECT day, securitycode, orderid, sum(toInt128(tradeprice) * quantity) / sum(quantity) AS vwap
        FROM market.trades GROUP BY day, securitycode, orderid) AS v
    ON v.day = f.day AND v.securitycode = f.security_code AND v.orderid = f.order_id
    GROUP BY f.participant, f.day ORDER BY f.participant, f.day SETTINGS max_threads = {threads}""", "TSV")
print(str(answer).count("\n"))
