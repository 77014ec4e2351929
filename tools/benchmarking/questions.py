"""The eleven questions, in our SQL and in DuckDB's, over the same market."""
import csv
import io
import subprocess
from dataclasses import dataclass


@dataclass
class Question:
    name: str
    own: str
    duckdb: str


def ask(binary, store, question):
    """Our answer, as rows of texts without the header."""
    text = subprocess.run([binary, "query", question, "--store", store, "--format", "csv", "--raw-times"], check=True, capture_output=True, text=True).stdout
    return list(csv.reader(io.StringIO(text)))[1:]


def row_count(binary, store, question):
    """How many rows our answer has. They are not kept: the system counts this process's memory as that of the processes it starts."""
    with subprocess.Popen([binary, "query", question, "--store", store, "--format", "csv"], stdout=subprocess.PIPE) as process:
        return sum(1 for _ in process.stdout) - 1


def questions(binary, store):
    """Names a busy participant, a partition in the middle and one of its orders."""
    participant = ask(binary, store, "SELECT participant_id, count(*) FROM orders GROUP BY 1 ORDER BY 2 DESC LIMIT 1")[0][0]
    dates = [row[0] for row in ask(binary, store, "SELECT date, count(*) FROM orders GROUP BY 1 ORDER BY 1")]
    first, date, last = dates[len(dates) // 4], dates[len(dates) // 2], dates[len(dates) * 3 // 4]
    rows = ask(binary, store, f"SELECT security_code, order_id FROM orders WHERE date = '{date}' ORDER BY total_matched_quantity DESC LIMIT 1")
    security, order = rows[0]
    size = "CASE WHEN quantity < 100 THEN 0 WHEN quantity < 1000 THEN 1 WHEN quantity < 10000 THEN 2 ELSE 3 END"
    partition = f"date = '{date}' AND security_code = {security}"
    day = f"day = DATE '{date}' AND security_code = {security}"
    return [
        Question("by participant over everything",
                 "SELECT participant_id, count(*), sum(quantity) FROM orders GROUP BY 1",
                 "SELECT participantid, count(*), sum(quantity) FROM orders GROUP BY 1"),
        Question("one participant by security over a date range",
                 f"SELECT security_code, count(*), sum(quantity) FROM orders WHERE participant_id = {participant} AND date BETWEEN '{first}' AND '{last}' GROUP BY 1",
                 f"SELECT security_code, count(*), sum(quantity) FROM orders WHERE participantid = {participant} AND day BETWEEN '{first}' AND '{last}' GROUP BY 1"),
        Question("one partition by participant and side",
                 f"SELECT participant_id, side, count(*), sum(quantity) FROM orders WHERE {partition} GROUP BY 1, 2",
                 f"SELECT participantid, side, count(*), sum(quantity) FROM orders WHERE {day} GROUP BY 1, 2"),
        Question("2048 orders by date",
                 "SELECT date, count(*), sum(quantity) FROM orders WHERE exchange_order_type = 2048 GROUP BY 1",
                 "SELECT day, count(*), sum(quantity) FROM orders WHERE exchangeordertype = 2048 GROUP BY 1"),
        Question("30 minutes by order size",
                 f"SELECT time_bucket('30 minutes', timestamp), {size}, count(*), sum(quantity) FROM orders GROUP BY 1, 2",
                 f"SELECT timestamp // 1800000000000, {size}, count(*), sum(quantity) FROM orders GROUP BY 1, 2"),
        Question("one order, its partition given",
                 f"SELECT timestamp, order_status, quantity, leaves_quantity FROM orders WHERE {partition} AND order_id = {order}",
                 f"SELECT timestamp, orderstatus, quantity, leavesquantity FROM orders WHERE {day} AND order_id = {order}"),
        Question("one order, its partition unknown",
                 f"SELECT timestamp, order_status, quantity, leaves_quantity FROM orders WHERE order_id = {order}",
                 f"SELECT timestamp, orderstatus, quantity, leavesquantity FROM orders WHERE order_id = {order}"),
        Question("distinct orders per security",
                 "SELECT security_code, count(DISTINCT order_id) FROM orders GROUP BY 1",
                 "SELECT security_code, count(DISTINCT order_id) FROM orders GROUP BY 1"),
        Question("top ten securities by traded value",
                 "SELECT security_code, sum(price * quantity) FROM trades GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
                 "SELECT securitycode, sum(tradeprice * quantity) FROM trades GROUP BY 1 ORDER BY 2 DESC LIMIT 10"),
        Question("VWAP per order of one partition",
                 f"SELECT order_id, vwap(price, quantity) FROM trades WHERE {partition} GROUP BY 1",
                 f"SELECT orderid, sum(tradeprice * quantity) / sum(quantity) FROM trades WHERE {day.replace('security_code', 'securitycode')} GROUP BY 1"),
        Question("VWAP per order of all",
                 "SELECT order_id, vwap(price, quantity) FROM trades GROUP BY 1",
                 "SELECT orderid, sum(tradeprice * quantity) / sum(quantity) FROM trades GROUP BY 1"),
    ]
