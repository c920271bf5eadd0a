"""Questions as people ask them, with the columns that an answer needs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Asked:
    """`before` is the question before and the columns of its code; then the words of this one name less than it needs."""

    trade: str
    question: str
    needs: tuple[str, ...]
    before: tuple[str, tuple[str, ...]] | None = None


BY_TRADE = {
    "retail": """
        What is the total net amount by product category? = net_amt prod_cat
        turnover per store city = net_amt store_city
        How many orders were placed in 2024? = order_date
        Which customers returned the most goods? = cust_nm rtn_flag
        average discount by payment method = disc_pct pmt_mthd
        Which clients bought Garden Furniture? = cust_nm prod_cat
        How much did Mei Tanaka sell? = sales_rep net_amt
        gross margin by loyalty tier = gm loyalty_tier
        How long do deliveries take from WH-Harbour? = dlv_days wh_code
        Share of platinum members = loyalty_tier
        quantity sold per depot = qty_sold wh_code
        How many were paid by gift voucher? = pmt_mthd
        What did we sell in Porto? = store_city
        monthly trend of net revenue = net_amt order_date
        How many days between order and shipping? = order_date ship_dt
        Kitchenware against Toys: revenue and margin = prod_cat net_amt gm
        avg discount pct per sales rep = disc_pct sales_rep
        Which dissconts are above 20 %? = disc_pct
        top ten custmers by quantity = cust_nm qty_sold
        Which orders left the warehouse before the first of March? = ship_dt
        Does the payment method change the return rate? = pmt_mthd rtn_flag
        Is Jonas Weil giving more discount than Ada Quiroga? = sales_rep disc_pct
        categories with the longest delivery time = prod_cat dlv_days
        Which sales representatives sell to silver customers? = sales_rep loyalty_tier
    """,
    "plant": """
        What is the mean furnace temperature by shift? = furnace_temp_c shift
        overall equipment effectiveness per production line = oee line_no
        OEE by line = oee line_no
        How much scrap did we make in March 2025? = scrap_kg reading_ts
        waste per product family = scrap_kg product_family
        Which operator had the longest downtime? = operator_name downtime_min
        stoppages of the night shift = downtime_min shift
        power consumption per gearbox = energy_kwh product_family
        How often did OVERHEAT happen? = alarm_cd
        coolant pressure over time = coolant_press_bar reading_ts
        Is spindle vibration higher for the crankshaft? = vib_rms_spindle product_family
        When is maintenance due? = maint_due
        yield by Carla Nuñez = units_ok operator_name
        alarm codes per line and shift = alarm_cd line_no shift
        energy used per good part = energy_kwh units_ok
        Which batches had a door open alarm? = batch_id alarm_cd
        correlation between furnace temp and scrap = furnace_temp_c scrap_kg
        hourly downtime = downtime_min reading_ts
        rejects in kilograms by Bo Lindqvist = scrap_kg operator_name
        Which lines are below 60 % effectiveness? = line_no oee
        furnase temperture maximum = furnace_temp_c
        early against late: units and energy = shift units_ok energy_kwh
        How many impellers were good? = product_family units_ok
        next maintenance of each production line = maint_due line_no
        mean temperature of sensor 17 = s17_temp_mean
        highest pressure at sensor 4 = s04_press_max
        standard deviation of the torque of s33 by shift = s33_torque_std shift
    """,
    "lab": """
        average length of stay by ward = los ward
        How old are patients at admission? = dob admission_date
        date of birth of the oldest patient = dob patient_id
        How many women were treated in Oncology? = ward
        creatinine by sex = crea_mg_dl sex
        body mass index of current smokers = bmi smoker
        Which diagnoses lead to readmission? = dx_main readm30
        glycated haemoglobin by ward = hba1c ward
        systolic pressure of patients with pneumonia = sys_bp dx_main
        How many patients does Dr. Okafor have? = attending_md patient_id
        stays paid by Aurora Health = insurer
        discharges per month = discharge_date
        admissions in 2023 = admission_date
        BMI against blood pressure = bmi sys_bp
        Which physician keeps patients longest? = attending_md los
        Who came back within thirty days? = readm30
        share of former smokers per insurer = smoker insurer
        long-term sugar over the age of 60 = hba1c dob
        male and female: stay in days = sex los
        How many were in Intensive Care before discharge? = ward
        mean creatinin in Cardiology = crea_mg_dl ward
        readmitted patients by main diagnosis = readm30 dx_main
        wards with the highest HbA1c = ward hba1c
        breast cancer patients by insurer = dx_main insurer
        CRP at visit 12 by ward = lab_crp_v12_value ward
    """,
    "survey": """
        overall satisfaction by department = overallSatisfaction departmentName
        average salary per country = annualSalary countryOfWork
        net promoter score by age group = wouldRecommend ageGroup
        Does tenure change the intent to leave? = yearsOfService intentToLeave
        How satisfied are people in Customer Care? = overallSatisfaction departmentName
        pay in Kenya and Portugal = annualSalary countryOfWork
        overtime hours by contract type = overtimeHrs contractType
        Who wants to quit, by age? = intentToLeave ageGroup
        home office days per department = remoteDaysPerWeek departmentName
        trust in managers by team size = mgrTrust teamSize
        responses per day = submittedAt
        How many interns answered? = contractType
        training budgets used in Research = trainingBudgetUsed departmentName
        NPS of fixed-term staff = wouldRecommend contractType
        years of service by country of work = yearsOfService countryOfWork
        manager trust against satisfaction = mgrTrust overallSatisfaction
        How many answers came after June 2025? = submittedAt
        remote days of the 30-44 = remoteDaysPerWeek ageGroup
        salary of permanent people in Logistics = annualSalary contractType departmentName
        biggest teams = teamSize
    """,
    "freight": """
        freight costs by carrier = frt_cost_usd carrier
        total weight shipped from Santos = gross_wt_kg origin_port
        How long from pickup to delivery? = pickup_at delivered_at
        average volume per container type = vol_m3 containerType
        emissions per destination country = co2_kg dest_country
        Which carriers have the most damage claims? = carrier dmg_claim
        shipments to Vietnam in 2025 = dest_country
        late arrivals against the estimated arrival = eta delivered_at
        costs under CIF = incoterm frt_cost_usd
        How much corrosive cargo goes by Maersk? = hazmat_class carrier
        weight by customer segment = gross_wt_kg cust_seg
        carbon footprint of manufacturers = co2_kg cust_seg
        monthly shipping cost = frt_cost_usd pickup_at
        reefers from Rotterdam = containerType origin_port
        delivery times by incoterms = incoterm delivered_at
        ports with the heaviest shipments = origin_port gross_wt_kg
        Which shipment was delivered last? = shipment_no delivered_at
        How many went to Norway by DHL Freight? = dest_country carrier
        hazardous material classes by country = hazmat_class dest_country
        cost per kilogram = frt_cost_usd gross_wt_kg
        What was the most fuel of leg 17? = leg17_fuel_max
        average shock on the ninth leg, leg 9 = leg9_shock_avg
    """,
    "sport": """
        goals per player = goalsScored playerName
        expected goals against goals scored = xG goalsScored
        Which striker ran the longest sprint distance? = position sprintDistM
        average attendance at Riverside = attendance venue
        minutes played by Tom Akande = minsPlayed playerName
        passing accuracy by position = passAcc position
        home games of the Rovers = homeTeam
        market values of defenders = marketValueEur position
        yellow cards per month = yellowCards matchDate
        How many players had a hamstring injury? = injuryType
        oldest player = dob playerName
        goals in away matches by team = goalsScored awayTeam
        matches in May 2024 = matchDate
        who cost the most? = marketValueEur playerName
        spectators per venue = attendance venue
        do older players sprint less? = dob sprintDistM
        injuries by venue = injuryType venue
        accuracy of passes by Ines Bauer = passAcc playerName
        players with no minutes = playerName minsPlayed
        xG of Athletic at home = xG homeTeam
        How many touches on the left in minute 77? = TouchesLeftMin77
    """,
    "telecom": """
        data used by plan type = data_used_gb plan_type
        How many gigabytes do students use? = data_used_gb plan_type
        voice minutes per region = voice_mins region_name
        average bill amount by device brand = bill_amt device_brand
        late fees in the Highlands = late_fee region_name
        contracts that started in 2024 = contract_start
        support calls of Fairphone owners = support_calls device_brand
        roaming days by plan = roaming_days plan_type
        Which customer accounts have the highest bill? = cust_acct_no bill_amt
        bills and fees per month of the contract start = bill_amt late_fee contract_start
        brands with the most support calls = device_brand support_calls
        prepaid on the Coast: minutes and data = plan_type region_name voice_mins data_used_gb
    """,
    "konten": """
        Summe Betrag je Kostenstelle = betrag_eur kostenstelle
        Beträge von Kessler Metallbau = betrag_eur lieferant
        Umsatzerlöse pro Monat = umsatzerloese buchungsdatum
        Welche Lieferanten geben Skonto? = lieferant skonto_eur
        Mehrwertsteuer je Konto = ust_satz kontobezeichnung
        Wie hoch sind die Reisekosten? = kontobezeichnung betrag_eur
        revenue by customer group = umsatzerloese kundengruppe
        staff costs per fiscal year = personalaufwand geschaeftsjahr
        Zahlungsziel nach Lieferant = zahlungsziel_tage lieferant
        Welche Belege sind fällig? = belegnr faelligkeit
        dunning level by currency = mahnstufe waehrung
        Buchungen im Fuhrpark 2023 = kostenstelle buchungsdatum
        Erlöse mit Großhandel = umsatzerloese kundengruppe
        Wie viele Mahnungen in CHF? = mahnstufe waehrung
        due dates in April = faelligkeit
        Personalaufwand der Verwaltung = personalaufwand kostenstelle
    """,
}

FOLLOW_UPS = (
    Asked("retail", "and for 2023?", ("net_amt", "store_city", "order_date"), ("turnover per city", ("net_amt", "store_city"))),
    Asked("retail", "why?", ("gm", "prod_cat"), ("gross margin by category", ("gm", "prod_cat"))),
    Asked("retail", "plot that", ("qty_sold", "order_date"), ("quantity per month", ("qty_sold", "order_date"))),
    Asked("retail", "only Toys please", ("net_amt", "prod_cat"), ("revenue", ("net_amt",))),
    Asked("plant", "and last month?", ("oee", "line_no", "reading_ts"), ("OEE by line", ("oee", "line_no"))),
    Asked("plant", "now for the night shift", ("scrap_kg", "shift"), ("waste in kg", ("scrap_kg",))),
    Asked("plant", "the three worst?", ("downtime_min", "operator_name"), ("stoppage by operator", ("downtime_min", "operator_name"))),
    Asked("lab", "and in Oncology?", ("los", "ward"), ("average stay", ("los",))),
    Asked("lab", "same for 2022", ("sys_bp", "sex", "admission_date"), ("pressure by sex", ("sys_bp", "sex"))),
    Asked("lab", "Are you sure?", ("bmi", "smoker"), ("bmi of smokers", ("bmi", "smoker"))),
    Asked("survey", "and Canada?", ("annualSalary", "countryOfWork"), ("pay", ("annualSalary",))),
    Asked("survey", "split it by contract", ("mgrTrust", "contractType"), ("trust in the manager", ("mgrTrust",))),
    Asked("konten", "und 2023?", ("betrag_eur", "kostenstelle", "buchungsdatum"), ("Betrag je Kostenstelle", ("betrag_eur", "kostenstelle"))),
    Asked("konten", "nur Endkunden", ("umsatzerloese", "kundengruppe"), ("Erlöse", ("umsatzerloese",))),
)  # fmt: skip


def all_asked() -> list[Asked]:
    lines = ((trade, line.strip()) for trade, text in BY_TRADE.items() for line in text.strip().splitlines())
    plain = [
        Asked(trade, q.strip(), tuple(needs.split())) for trade, line in lines for q, _, needs in [line.rpartition("=")]
    ]
    return [*plain, *FOLLOW_UPS]
