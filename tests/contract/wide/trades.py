"""Five trades: a retailer, a factory's sensors, a hospital's laboratory, a staff survey in camel case, and German accounts."""

from __future__ import annotations

from services.nlq.planner.facts import TableFacts
from tests.contract.wide.tables import Own, names, wide_table

RETAIL = (
    Own("order_id", "k"),
    Own("order_date", "d"),
    Own("ship_dt", "d", definition="The day on which the parcel left the warehouse."),
    Own("cust_nm", "x", labels="customer name|client"),
    Own("store_city", "c", "Lyon|Marseille|Porto|Ghent|Basel"),
    Own("prod_cat", "c", "Garden Furniture|Kitchenware|Toys|Lighting", labels="product category"),
    Own("qty_sold", "i"),
    Own("net_amt", "n", unit="EUR", labels="net revenue|turnover"),
    Own("disc_pct", "n", unit="%"),
    Own("pmt_mthd", "c", "credit card|invoice|gift voucher", labels="payment method"),
    Own("rtn_flag", "b", labels="returned", definition="Whether the customer sent the goods back."),
    Own("sales_rep", "c", "Ada Quiroga|Jonas Weil|Mei Tanaka"),
    Own("loyalty_tier", "c", "bronze|silver|platinum"),
    Own("gm", "n", labels="gross margin", unit="EUR"),
    Own("dlv_days", "i", labels="delivery time", unit="days"),
    Own("wh_code", "c", "WH-North|WH-Harbour", labels="warehouse|depot"),
)
PLANT = (
    Own("reading_ts", "t", labels="time of the reading"),
    Own("line_no", "i", labels="production line"),
    Own("shift", "c", "early|late|night shift"),
    Own("operator_name", "x", "Bo Lindqvist|Carla Nuñez"),
    Own("batch_id", "k"),
    Own("oee", "n", labels="overall equipment effectiveness", unit="%"),
    Own("scrap_kg", "n", labels="waste|rejects", unit="kg"),
    Own("downtime_min", "n", labels="stoppage", unit="min"),
    Own("energy_kwh", "n", unit="kWh", labels="power consumption"),
    Own("furnace_temp_c", "n", unit="°C"),
    Own("coolant_press_bar", "n", unit="bar"),
    Own("vib_rms_spindle", "n", labels="spindle vibration"),
    Own("alarm_cd", "c", "E-STOP|OVERHEAT|DOOR OPEN", labels="alarm code"),
    Own("product_family", "c", "gearbox|crankshaft|impeller"),
    Own("maint_due", "d", labels="next maintenance"),
    Own("units_ok", "i", labels="good parts|yield"),
)
LAB = (
    Own("patient_id", "k"),
    Own("admission_date", "d"),
    Own("discharge_date", "d"),
    Own("dob", "d", labels="date of birth"),
    Own("sex", "c", "female|male|unknown"),
    Own("ward", "c", "Cardiology|Oncology|Intensive Care"),
    Own("los", "i", labels="length of stay", unit="days"),
    Own("hba1c", "n", labels="glycated haemoglobin|long-term sugar", unit="%"),
    Own("crea_mg_dl", "n", labels="creatinine", unit="mg/dl"),
    Own("bmi", "n", labels="body mass index"),
    Own("dx_main", "c", "I21 myocardial infarction|C50 breast cancer|J18 pneumonia", labels="main diagnosis"),
    Own("smoker", "c", "never|former|current smoker"),
    Own("sys_bp", "n", labels="systolic blood pressure", unit="mmHg"),
    Own("insurer", "c", "Helvetia Care|Aurora Health"),
    Own("readm30", "b", labels="readmitted", definition="Came back within thirty days of being sent home."),
    Own("attending_md", "x", "Dr. Okafor|Dr. Lindgren", labels="doctor|physician"),
)
SURVEY = (
    Own("respondentId", "k"),
    Own("submittedAt", "t"),
    Own("departmentName", "c", "Logistics|Research|Customer Care"),
    Own("ageGroup", "c", "18-29|30-44|45-59|60+"),
    Own("overallSatisfaction", "i"),
    Own("wouldRecommend", "i", labels="NPS|net promoter score"),
    Own("annualSalary", "n", unit="USD", labels="pay"),
    Own("yearsOfService", "i", labels="tenure"),
    Own("remoteDaysPerWeek", "i", labels="home office"),
    Own("mgrTrust", "i", labels="trust in the manager"),
    Own("countryOfWork", "c", "Portugal|Kenya|Canada"),
    Own("contractType", "c", "permanent|fixed-term|internship"),
    Own("overtimeHrs", "n", unit="h"),
    Own("intentToLeave", "b", labels="wants to quit"),
    Own("trainingBudgetUsed", "n", unit="%"),
    Own("teamSize", "i"),
)
KONTEN = (
    Own("buchungsdatum", "d"),
    Own("belegnr", "k"),
    Own("kostenstelle", "c", "Vertrieb Süd|Fuhrpark|Verwaltung"),
    Own("betrag_eur", "n", unit="EUR"),
    Own("lieferant", "x", "Kessler Metallbau|Papier Union"),
    Own("ust_satz", "n", labels="Umsatzsteuersatz|Mehrwertsteuer", unit="%"),
    Own("zahlungsziel_tage", "i"),
    Own("skonto_eur", "n", unit="EUR"),
    Own("kontobezeichnung", "x", "Reisekosten|Bürobedarf|Wareneingang"),
    Own("faelligkeit", "d", labels="fällig am|due date"),
    Own("umsatzerloese", "n", unit="EUR", labels="Erlöse|revenue"),
    Own("personalaufwand", "n", unit="EUR", labels="staff costs"),
    Own("mahnstufe", "i", labels="dunning level"),
    Own("waehrung", "c", "EUR|CHF|GBP", labels="currency"),
    Own("geschaeftsjahr", "i", labels="fiscal year"),
    Own("kundengruppe", "c", "Großhandel|Endkunden", labels="customer group"),
)

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NUMBERS = range(1, 60)


def trades() -> dict[str, TableFacts]:
    return {
        "retail": wide_table(
            "sales",
            RETAIL,
            names(
                lambda what, where, month, how: f"{what}_{where}_{month}_{how}",
                ("sales", "visits", "stock", "returns", "orders", "basket", "promo", "cost", "items"),
                ("north", "south", "online", "outlet", "partner", "export", "kiosk"),
                MONTHS,
                ("sum", "avg", "plan", "delta", "ly", "rank"),
            ),
            1,
        ),
        "plant": wide_table(
            "readings",
            PLANT,
            names(
                lambda what, number, how: f"s{number:02}_{what}_{how}",
                (
                    "temp",
                    "press",
                    "flow",
                    "vib",
                    "torque",
                    "speed",
                    "current",
                    "voltage",
                    "humidity",
                    "level",
                    "energy",
                ),
                NUMBERS,
                ("min", "max", "mean", "std", "last"),
            ),
            2,
        ),
        "lab": wide_table(
            "stays",
            LAB,
            names(
                lambda what, visit, how: f"lab_{what}_v{visit}_{how}",
                ("na", "k", "ca", "crp", "hb", "wbc", "plt", "alt", "ast", "ldl", "hdl", "tsh", "glucose", "urea"),
                NUMBERS,
                ("value", "date", "flag", "unit"),
                kinds="ndcc",
            ),
            3,
        ),
        "survey": wide_table(
            "answers",
            SURVEY,
            names(
                lambda block, item, how: f"q{block}Item{item}{how}",
                range(1, 31),
                range(1, 41),
                ("Score", "Comment", "Skipped"),
                kinds="ixb",
            ),
            4,
        ),
        "konten": wide_table(
            "buchungen",
            KONTEN,
            names(
                lambda what, where, month, year: f"{what}_{where}_{month}{year}",
                ("plan", "ist", "abweichung", "vorjahr", "forecast", "budget"),
                ("werk1", "werk2", "lager", "filiale", "holding", "export"),
                MONTHS,
                range(2016, 2026),
            ),
            5,
        ),
    }
