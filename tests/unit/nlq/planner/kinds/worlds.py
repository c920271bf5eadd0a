"""Tables of a carrier, a clinic, an employer and a school, small enough to be reckoned by hand."""

from __future__ import annotations

CARRIER = {
    "parcels": """
        parcel_id,depot,zone,sent_on,delivered_on,weight_kg,price,fee,insured,courier_id
        P01,North,Isle,2023-01-05,2023-01-09,2,10.0,1.0,yes,C1
        P02,North,City,2023-01-20,2023-01-22,5,20.0,2.0,no,C2
        P03,South,City,2023-02-03,2023-02-04,1,10.0,0.5,yes,C1
        P04,South,Rural,2023-02-14,,12,40.0,4.0,no,C3
        P05,North,City,2023-03-01,2023-03-03,7,30.0,3.0,yes,C1
        P06,East,Isle,2023-03-15,2023-03-25,3,20.0,1.0,no,C2
        P07,East,City,2024-01-07,2024-01-08,2,15.0,1.5,yes,C9
        P08,South,Rural,2024-01-21,2024-01-29,8,35.0,2.5,no,C3
        P09,North,Isle,2024-02-02,2024-02-10,4,25.0,1.0,yes,
        P10,South,City,2024-02-20,2024-02-21,6,20.0,2.0,no,C1
        P11,North,City,2024-03-09,,9,45.0,5.0,yes,C2
        P12,North,City,2024-03-30,2024-04-02,2,10.0,1.0,no,C1
    """,
    "couriers": """
        courier_id,courier,vehicle
        C1,Ada,van
        C2,Bo,bike
        C3,Cy,van
        C4,Di,bike
    """,
}
CLINIC = {
    "stays": """
        stay_no,patient,ward,doctor,surgeon,admitted,discharged,outcome,cost,deposit,score
        1,Ines,Blue,Adler,Adler,2024-03-01 08:30:00,2024-03-04 10:00:00,recovered,300,100,4
        2,Omar,Blue,Bauer,Adler,2024-03-02 09:10:00,2024-03-03 12:00:00,recovered,200,250,5
        3,Ines,Green,Adler,Adler,2024-03-05 23:40:00,2024-03-15 23:40:00,transferred,900,100,
        4,Pia,Green,Curie,Bauer,2024-03-09 08:05:00,2024-03-11 08:05:00,recovered,400,400,3
        5,Rolf,Red,Bauer,Bauer,2024-03-10 14:00:00,,,150,200,
        6,Omar,Red,Curie,Curie,2024-03-16 08:45:00,2024-03-17 08:45:00,cancelled,50,0,2
        7,Tess,Blue,Bauer,Curie,2024-03-17 14:20:00,2024-03-22 14:20:00,recovered,500,300,5
        8,Ines,Red,Curie,Adler,2024-03-18 09:00:00,2024-03-20 09:00:00,cancelled,250,50,1
    """
}
EMPLOYER = {
    "staff": """
        name,team,site,salary,bonus,age,hired,mail
        Ann,Sales,Riga,3000,300,24,2019-03-01,ann@x.org
        Ben,Sales,Oslo,2500,500,31,2020-05-11,ben@x.org
        Cleo,Sales,Riga,2000,100,38,2021-07-15,ann@x.org
        Dirk,Ops,Oslo,2800,0,45,2018-01-02,dirk@x.org
        Eva,Ops,Oslo,3200,700,52,2017-09-09,eva@x.org
        Finn,Ops,Riga,2600,200,29,2022-02-20,ben@x.org
        Gro,Lab,Oslo,4000,900,33,2016-06-06,gro@x.org
        Hal,Lab,Riga,3900,50,61,2015-04-04,hal@x.org
    """
}
SCHOOL = {
    "enrolment": """
        school,kind,2021,2022,2023
        Elm,primary,100,120,90
        Oak,primary,200,210,260
        Fir,grammar,300,280,310
    """
}
SCANS = {
    "scans": """
        badge,door,minutes
        7,A,10
        7,A,10
        8,B,5
        9,,3
        9,,3
        9,,3
        8,A,20
    """
}
