"""What the peers are told of the two tables: columns as the CSV has them, with the types of our schemas."""
import glob
from dataclasses import dataclass

ORDERS = """order_id BIGINT, exchange SMALLINT, timestamp BIGINT, security_code INTEGER, price INTEGER, side TINYINT, changereason SMALLINT,
orderstatus TINYINT, quantity BIGINT, leavesquantity BIGINT, ordertype TINYINT, exchangeordertype INTEGER, national_bid INTEGER,
national_offer INTEGER, bid INTEGER, offer INTEGER, participantid INTEGER, preferenceonly TINYINT, midtick TINYINT,
singlefillminimumquantity TINYINT, minimumquantity BIGINT, sequence BIGINT, crossingkey INTEGER, totalmatchedquantity BIGINT,
shortsellquantity BIGINT, triggercondition TINYINT, timevaliditydecoded VARCHAR, row_num BIGINT, timevalidity INTEGER"""

TRADES = """EXCHANGE SMALLINT, sequence BIGINT, tradedate DATE, tradetime BIGINT, securitycode INTEGER, orderid BIGINT, dealsource SMALLINT,
dealsourcedecoded VARCHAR, exchangeinfo VARCHAR, matchgroupid BIGINT, nationalbidpricesnapshot INTEGER, nationalofferpricesnapshot INTEGER,
tradeprice INTEGER, quantity BIGINT, side TINYINT, sidedecoded VARCHAR, participantid INTEGER, passiveaggressive TINYINT, row_num BIGINT"""


@dataclass
class Table:
    name: str
    columns: list
    security: str
    time: str

    @property
    def day(self):
        """The local calendar date, in DuckDB's SQL."""
        return f"CAST(timezone('Australia/Sydney', to_timestamp({self.time} // 1000000000)) AS DATE)"

    @property
    def keys(self):
        return {self.security, self.time}


def _columns(text):
    return [tuple(column.split()) for column in text.replace("\n", " ").split(",")]


TABLES = [
    Table("orders", _columns(ORDERS), "security_code", "timestamp"),
    Table("trades", _columns(TRADES), "securitycode", "tradetime"),
]


def csv_files(data, table):
    return sorted(glob.glob(f"{data}/{table}/*.csv"))
