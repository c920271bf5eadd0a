"""Phrases of time, the readings of each in order (those that count from today left out where others count from the data), and its doubt."""

PERIODS = """
2023 | 2023
in 2023 | 2023
the year 2023 | 2023
in the year 2023 | 2023
in calendar year 2023 | 2023
during 2019 | 2019
throughout 2020 | 2020
in 1066 | 1066
March 2023 | March 2023
in March 2023 | March 2023
Mar 2023 | March 2023
Sept 2022 | September 2022
in the month of March 2023 | March 2023
March of 2023 | March 2023
March, 2023 | March 2023
Mar '23 | March 2023
Mar-23 | March 2023 / on 23 March of every year / 23 March of the year of the newest date of the data | DAY_OR_YEAR
Mar 23 | on 23 March of every year / 23 March of the year of the newest date of the data / March 2023 | YEAR
2023-03 | March 2023
2023/03 | March 2023
03/2023 | March 2023
20230306 | 6 March 2023
03/05/2023 | 3 May 2023 / 5 March 2023 | DAY_OR_MONTH_FIRST
13/05/2023 | 13 May 2023
05/13/2023 | 13 May 2023
3-5-2023 | 3 May 2023 / 5 March 2023 | DAY_OR_MONTH_FIRST
03.05.2023 | 3 May 2023
3/5/23 | 3 May 2023 / 5 March 2023 | DAY_OR_MONTH_FIRST
31.12.2023 | 31 December 2023
5 March 2023 | 5 March 2023
5th March 2023 | 5 March 2023
the 5th of March 2023 | 5 March 2023
on 5 March 2023 | 5 March 2023
March 5, 2023 | 5 March 2023
March 5th, 2023 | 5 March 2023
Mar 5 2023 | 5 March 2023
1 July 2023 | 1 July 2023
5 Mar 23 | 5 March 2023 | CENTURY
5-Mar-23 | 5 March 2023 | CENTURY
5 March | on 5 March of every year / 5 March of the year of the newest date of the data | YEAR
on March 5 | on 5 March of every year / 5 March of the year of the newest date of the data | YEAR
29 February 2024 | 29 February 2024
Q2 2023 | 1 April 2023 to 30 June 2023
Q2 of 2023 | 1 April 2023 to 30 June 2023
in Q2 2023 | 1 April 2023 to 30 June 2023
2023 Q2 | 1 April 2023 to 30 June 2023
2023-Q2 | 1 April 2023 to 30 June 2023
Q2/2023 | 1 April 2023 to 30 June 2023
the 2nd quarter of 2023 | 1 April 2023 to 30 June 2023
the second quarter of 2023 | 1 April 2023 to 30 June 2023
fourth quarter 2022 | 1 October 2022 to 31 December 2022
quarter 3 of 2022 | 1 July 2022 to 30 September 2022
Q2 | in Q2 of every year / Q2 of the year of the newest date of the data | YEAR
in Q3 | in Q3 of every year / Q3 of the year of the newest date of the data | YEAR
in the first quarter | in Q1 of every year / Q1 of the year of the newest date of the data | YEAR
first half of 2023 | 1 January 2023 to 30 June 2023
the second half of 2023 | 1 July 2023 to 31 December 2023
H1 2023 | 1 January 2023 to 30 June 2023
H1 | in Q1 and Q2 of every year / first half of the year of the newest date of the data | YEAR
in H2 | in Q3 and Q4 of every year / second half of the year of the newest date of the data | YEAR
1st half 2022 | 1 January 2022 to 30 June 2022
week 12 | week 12 of the year of the newest date of the data | YEAR
calendar week 12 | week 12 of the year of the newest date of the data | YEAR
in calendar week 12 of 2023 | 20 March 2023 to 26 March 2023
week 12 of 2023 | 20 March 2023 to 26 March 2023
2023-W10 | 6 March 2023 to 12 March 2023
week of 2023-03-06 | 6 March 2023 to 12 March 2023
the week of 8 March 2023 | 6 March 2023 to 12 March 2023 / 8 March 2023 to 14 March 2023 | EXTENT
the week starting 8 March 2023 | 8 March 2023 to 14 March 2023
the 1990s | 1990 to 1999
in the 1990s | 1990 to 1999
1990's | 1990 to 1999
the 90s | 1990 to 1999
in the nineties | 1990 to 1999
the 20s | 2020 to 2029 / 1920 to 1929 | CENTURY
the eighties | 1980 to 1989
the 1900s | 1900 to 1909 / 1900 to 1999 | EXTENT
the 19th century | 1801 to 1900 / 1800 to 1899 | EDGE
in the 20th century | 1901 to 2000 / 1900 to 1999 | EDGE
end of 2024 | December 2024 / 1 October 2024 to 31 December 2024 / 31 December 2024 | EXTENT
the end of 2024 | December 2024 / 1 October 2024 to 31 December 2024 / 31 December 2024 | EXTENT
at the beginning of 2024 | January 2024 / 1 January 2024 to 31 March 2024 / 1 January 2024 | EXTENT
start of March 2023 | 1 March 2023 to 7 March 2023 / 1 March 2023 | EXTENT
January to March 2023 | 1 January 2023 to 31 March 2023
from January to March 2023 | 1 January 2023 to 31 March 2023
between January and March 2023 | 1 January 2023 to 31 March 2023
January through March 2023 | 1 January 2023 to 31 March 2023
Jan-Mar 2023 | 1 January 2023 to 31 March 2023
from January 2022 to March 2023 | 1 January 2022 to 31 March 2023
from March 2022 to May | 1 March 2022 to 31 May 2022
November to February 2024 | 1 November 2023 to 29 February 2024
2020 to 2022 | 2020 to 2022
2020-2022 | 2020 to 2022
between 2020 and 2022 | 2020 to 2022
from 2020 through 2022 | 2020 to 2022
from 2023-01-15 to 2023-02-14 | 15 January 2023 to 14 February 2023
between 5 March 2023 and 9 April 2023 | 5 March 2023 to 9 April 2023
between 3 and 10 March 2023 | 3 March 2023 to 10 March 2023
3-10 March 2023 | 3 March 2023 to 10 March 2023
March 5-10, 2023 | 5 March 2023 to 10 March 2023
from 5 March to 10 March 2023 | 5 March 2023 to 10 March 2023
from Q1 to Q3 2023 | 1 January 2023 to 30 September 2023
Q1 2022 to Q2 2023 | 1 January 2022 to 30 June 2023
from January to March | in January to March of every year / January to March of the year of the newest date of the data | YEAR
between November and February | in November to February of every year / November to February of the year of the newest date of the data | YEAR
from Q1 to Q2 | in Q1 and Q2 of every year / Q1 to Q2 of the year of the newest date of the data | YEAR
2020 to date | from 1 January 2020 on
from 2020 to present | from 1 January 2020 on
2022 and 2023 | 2022 and 2023
2021, 2022 and 2023 | 2021, 2022 and 2023
2021 or 2023 | 2021 and 2023
March and April 2023 | March 2023 and April 2023
March or April | in March and April of every year | YEAR
Q1 and Q2 2023 | 1 January 2023 to 31 March 2023 and 1 April 2023 to 30 June 2023
in June, July and August | in June to August of every year | YEAR
since 2019 | from 1 January 2019 on
since March 2023 | from 1 March 2023 on
since 5 March 2023 | from 5 March 2023 on
from 2019 | 2019 / from 1 January 2019 on | BEGINNING
from 2019 on | from 1 January 2019 on
from 2019 onwards | from 1 January 2019 on
2019 or later | from 1 January 2019 on
2019 and earlier | before 1 January 2020
after 2019 | from 1 January 2020 on
after March 2023 | from 1 April 2023 on
after 5 March 2023 | from 6 March 2023 on
later than 2020 | from 1 January 2021 on
before 2019 | before 1 January 2019
before June 2023 | before 1 June 2023
before 5 March 2023 | before 5 March 2023
prior to 2020 | before 1 January 2020
earlier than March 2020 | before 1 March 2020
until June 2023 | before 1 July 2023 / before 1 June 2023 | EDGE
by June 2023 | before 1 July 2023 / before 1 June 2023 | EDGE
up to June 2023 | before 1 July 2023 / before 1 June 2023 | EDGE
until 5 March 2023 | before 6 March 2023 / before 5 March 2023 | EDGE
by 2023 | before 1 January 2024 / before 1 January 2023 | EDGE
up to and including June 2023 | before 1 July 2023
through June 2023 | before 1 July 2023
no later than 5 March 2023 | before 6 March 2023
on or before 5 March 2023 | before 6 March 2023
on or after 1 July 2023 | from 1 July 2023 on
no earlier than 2020 | from 1 January 2020 on
starting in 2020 | from 1 January 2020 on
as of March 2023 | from 1 March 2023 on
before March | before March of the year of the newest date of the data / in January and February of every year | YEAR
after March | after March of the year of the newest date of the data / in April to December of every year | YEAR
until March | to the end of March of the year of the newest date of the data / in January to March of every year / before March of the year of the newest date of the data / in January and February of every year | EDGE
since March | from the beginning of March of the year of the newest date of the data / in March to December of every year | YEAR
summer | in June to August of every year / in December to February of every year | EXTENT
in the summer | in June to August of every year / in December to February of every year | EXTENT
summer 2023 | 1 June 2023 to 31 August 2023 / 1 December 2023 to 29 February 2024 / 1 December 2022 to 28 February 2023 | EXTENT
in winter 2023 | 1 December 2023 to 29 February 2024 / 1 December 2022 to 28 February 2023 / 1 June 2023 to 31 August 2023 | EXTENT
in winter | in December to February of every year / in June to August of every year | EXTENT
autumn of 2022 | 1 September 2022 to 30 November 2022 / 1 March 2022 to 31 May 2022 | EXTENT
Monday | on Mondays
on Mondays | on Mondays
on Monday | on Mondays
every Monday | on Mondays
on a Tuesday | on Tuesdays
Tue | on Tuesdays
on Saturdays and Sundays | on Saturdays and Sundays
Monday to Friday | on Mondays, Tuesdays, Wednesdays, Thursdays and Fridays
from Friday to Monday | on Fridays, Saturdays, Sundays and Mondays
weekends | on Saturdays and Sundays
on weekends | on Saturdays and Sundays
at the weekend | on Saturdays and Sundays
on weekdays | on Mondays, Tuesdays, Wednesdays, Thursdays and Fridays
working days | on Mondays, Tuesdays, Wednesdays, Thursdays and Fridays
in the morning | from 06:00 to 11:59 / from 00:00 to 11:59 | EXTENT
in the afternoon | from 12:00 to 17:59 / from 12:00 to 16:59 | EXTENT
in the evening | from 18:00 to 21:59 / from 18:00 to 23:59 | EXTENT
at night | from 22:00 to 05:59 / from 21:00 to 05:59 | EXTENT
between 9am and 5pm | from 09:00 to 16:59
from 9am to 5pm | from 09:00 to 16:59
9:00 to 17:00 | from 09:00 to 16:59
between 22:00 and 06:00 | from 22:00 to 05:59
at 13:00 | from 13:00 to 13:59
hour 13 | from 13:00 to 13:59
9am | from 09:00 to 09:59
12am | from 00:00 to 00:59
12pm | from 12:00 to 12:59
5 o'clock | from 05:00 to 05:59
at noon | from 12:00 to 12:59
after 5pm | from 17:00 to 23:59
before 9am | from 00:00 to 08:59
until 17:00 | from 00:00 to 16:59 | EDGE
in March | in March of every year / March of the year of the newest date of the data | YEAR
in December | in December of every year / December of the year of the newest date of the data | YEAR
March | in March of every year / March of the year of the newest date of the data | YEAR
in May | in May of every year / May of the year of the newest date of the data | YEAR
last month | the month before, counted from the newest date of the data / the month up to the newest date of the data / the month of the newest date of the data | ANCHOR
the previous quarter | the quarter before, counted from the newest date of the data | ANCHOR
this year | the year of the newest date of the data | ANCHOR
the current month | the month of the newest date of the data | ANCHOR
next month | the month after, counted from the newest date of the data | ANCHOR
last week | the week before, counted from the newest date of the data / the week up to the newest date of the data / the week of the newest date of the data | ANCHOR
past year | the year up to the newest date of the data / the year before, counted from the newest date of the data | EXTENT
last 14 days | the 14 days up to the newest date of the data / the 14 whole days before, counted from the newest date of the data | EXTENT
the last 14 days | the 14 days up to the newest date of the data / the 14 whole days before, counted from the newest date of the data | EXTENT
in the past 6 weeks | the 6 weeks up to the newest date of the data / the week of the newest date of the data and the 5 weeks before / the 6 whole weeks before, counted from the newest date of the data | EXTENT
last six weeks | the week of the newest date of the data and the 5 weeks before / the 6 weeks up to the newest date of the data / the 6 whole weeks before, counted from the newest date of the data | EXTENT
last 3 months | the month of the newest date of the data and the 2 months before / the 3 months up to the newest date of the data / the 3 whole months before, counted from the newest date of the data | EXTENT
previous 2 years | the 2 whole years before, counted from the newest date of the data / the year of the newest date of the data and the year before / the 2 years up to the newest date of the data | EXTENT
trailing twelve months | the 12 months up to the newest date of the data / the month of the newest date of the data and the 11 months before / the 12 whole months before, counted from the newest date of the data | EXTENT
last couple of months | the month of the newest date of the data and the month before / the 2 months up to the newest date of the data / the 2 whole months before, counted from the newest date of the data | EXTENT
next 30 days | the 30 days after the newest date of the data / the 30 whole days after, counted from the newest date of the data | EXTENT
year to date | from the beginning of the year to the newest date of the data | ANCHOR
ytd | from the beginning of the year to the newest date of the data | ANCHOR
month to date | from the beginning of the month to the newest date of the data | ANCHOR
quarter to date | from the beginning of the quarter to the newest date of the data | ANCHOR
yesterday | the day before, counted from today / the day before, counted from the newest date of the data | ANCHOR
today | today / the newest date of the data | ANCHOR
tomorrow | the day after, counted from today / the day after, counted from the newest date of the data | ANCHOR
the last month of 2023 | December 2023
the last quarter of 2024 | 1 October 2024 to 31 December 2024
last week of March 2023 | 25 March 2023 to 31 March 2023 | EXTENT
the first week of March 2023 | 1 March 2023 to 7 March 2023 | EXTENT
the first 3 months of 2023 | 1 January 2023 to 31 March 2023
last 10 days of March 2023 | 22 March 2023 to 31 March 2023
the last day of 2023 | 31 December 2023
second month of 2023 | February 2023
the most recent month | the month of the newest date of the data
latest quarter | the quarter of the newest date of the data
most recent 3 months | the month of the newest date of the data and the 2 months before
three years ago | the year 3 years before, counted from the newest date of the data | ANCHOR
2 weeks ago | the week 2 weeks before, counted from the newest date of the data | ANCHOR
a year ago | the year before, counted from the newest date of the data | ANCHOR
March last year | March of the year before that of the newest date of the data | ANCHOR
Q1 of last year | Q1 of the year before that of the newest date of the data | ANCHOR
in May of this year | May of the year of the newest date of the data | ANCHOR
last December | the last December before the newest date of the data | ANCHOR
this March | March of the year of the newest date of the data | ANCHOR
since last month | from the beginning of the month before, counted from the newest date of the data | ANCHOR
before this year | before the year of the newest date of the data | ANCHOR
after last week | after the week before, counted from the newest date of the data | ANCHOR
since yesterday | from the beginning of the day before, counted from the newest date of the data | ANCHOR
Christmas 2024 | 25 December 2024 / 24 December 2024 to 26 December 2024 | EXTENT
Christmas | on 25 December of every year / 25 December of the year of the newest date of the data | EXTENT
Christmas Eve 2024 | 24 December 2024
Boxing Day 2023 | 26 December 2023
New Year 2024 | 1 January 2024
New Year's Eve 2023 | 31 December 2023
250 BC | 250 BC
44 BCE | 44 BC
100 before Christ | 100 BC
79 AD | 79
from Monday to Wednesday | on Mondays, Tuesdays and Wednesdays
Saturday or Sunday | on Saturdays and Sundays
in Q1 or Q3 | in Q1 and Q3 of every year | YEAR
between Q1 2022 and Q4 2022 | 2022
between 1995 and 1999 | 1995 to 1999
since January 2020 | from 1 January 2020 on
after 31 December 2022 | from 1 January 2023 on
before 01/02/2023 | before 1 February 2023 / before 2 January 2023 | DAY_OR_MONTH_FIRST
between 2023-01-01 and 2023-01-31 | January 2023
before the 1990s | before 1 January 1990
after the 19th century | from 1 January 1901 on / from 1 January 1900 on | EDGE
since the 80s | from 1 January 1980 on
until 2010 | before 1 January 2011 / before 1 January 2010 | EDGE
on 2023-03-06 | 6 March 2023
the month of May | in May of every year / May of the year of the newest date of the data | YEAR
all of 2023 | 2023
the whole of 2023 | 2023
2020s | 2020 to 2029
the final quarter of 2022 | 1 October 2022 to 31 December 2022
final month of 2023 | December 2023
first week of 2023 | 1 January 2023 to 7 January 2023 | EXTENT
the last 2 weeks of March 2023 | 18 March 2023 to 31 March 2023 | EXTENT
third quarter 2021 | 1 July 2021 to 30 September 2021
4th quarter of 2021 | 1 October 2021 to 31 December 2021
quarter 2 | in Q2 of every year / Q2 of the year of the newest date of the data | YEAR
CW 12 | week 12 of the year of the newest date of the data | YEAR
in H1 2024 | 1 January 2024 to 30 June 2024
second half 2022 | 1 July 2022 to 31 December 2022
on the 5th of March | on 5 March of every year / 5 March of the year of the newest date of the data | YEAR
on the 25th of December | on 25 December of every year / 25 December of the year of the newest date of the data | YEAR
December 25 | on 25 December of every year / 25 December of the year of the newest date of the data / December 2025 | YEAR
Dec 25, 2022 | 25 December 2022
25 Dec 2022 | 25 December 2022
the 1st of January 2022 | 1 January 2022
1 Jan 2022 | 1 January 2022
Tues | on Tuesdays
on Thursdays | on Thursdays
Mondays and Tuesdays | on Mondays and Tuesdays
every weekend | on Saturdays and Sundays
on business days | on Mondays, Tuesdays, Wednesdays, Thursdays and Fridays
mornings | from 06:00 to 11:59 / from 00:00 to 11:59 | EXTENT
midnight | from 00:00 to 00:59
9 pm | from 21:00 to 21:59
9:00 am | from 09:00 to 09:59
from 10pm to 6am | from 22:00 to 05:59
since 9am | from 09:00 to 23:59
last quarter | the quarter before, counted from the newest date of the data / the quarter up to the newest date of the data / the quarter of the newest date of the data | ANCHOR
this quarter | the quarter of the newest date of the data | ANCHOR
this week | the week of the newest date of the data | ANCHOR
next year | the year after, counted from the newest date of the data | ANCHOR
previous month | the month before, counted from the newest date of the data | ANCHOR
past 30 days | the 30 days up to the newest date of the data / the 30 whole days before, counted from the newest date of the data | EXTENT
last 5 years | the year of the newest date of the data and the 4 years before / the 5 years up to the newest date of the data / the 5 whole years before, counted from the newest date of the data | EXTENT
last 12 months | the month of the newest date of the data and the 11 months before / the 12 months up to the newest date of the data / the 12 whole months before, counted from the newest date of the data | EXTENT
prior 3 months | the 3 whole months before, counted from the newest date of the data / the month of the newest date of the data and the 2 months before / the 3 months up to the newest date of the data | EXTENT
next two weeks | the 2 weeks after the newest date of the data / the 2 whole weeks after, counted from the newest date of the data | EXTENT
coming month | the month after, counted from the newest date of the data | ANCHOR
week to date | from the beginning of the week to the newest date of the data | ANCHOR
two months ago | the month 2 months before, counted from the newest date of the data | ANCHOR
10 days ago | the day 10 days before, counted from the newest date of the data | ANCHOR
a month ago | the month before, counted from the newest date of the data | ANCHOR
Q4 last year | Q4 of the year before that of the newest date of the data | ANCHOR
December last year | December of the year before that of the newest date of the data | ANCHOR
first half of last year | first half of the year before that of the newest date of the data | ANCHOR
since last year | from the beginning of the year before, counted from the newest date of the data | ANCHOR
until yesterday | to the end of the day before, counted from the newest date of the data / before the day before, counted from the newest date of the data | EDGE
until last week | to the end of the week before, counted from the newest date of the data / before the week before, counted from the newest date of the data | EDGE
newest month | the month of the newest date of the data
latest 2 quarters | the quarter of the newest date of the data and the quarter before
New Year's Day 2023 | 1 January 2023
Christmas Day | on 25 December of every year / 25 December of the year of the newest date of the data | YEAR
753 BC | 753 BC
spring of 2021 | 1 March 2021 to 31 May 2021 / 1 September 2021 to 30 November 2021 | EXTENT
fall 2021 | 1 September 2021 to 30 November 2021 / 1 March 2021 to 31 May 2021 | EXTENT
in January, February and March 2023 | January 2023, February 2023 and March 2023
Q1, Q2 and Q4 2022 | 1 January 2022 to 31 March 2022, 1 April 2022 to 30 June 2022 and 1 October 2022 to 31 December 2022
2015 through to 2020 | 2015 to 2020
over the last 14 days | the 14 days up to the newest date of the data / the 14 whole days before, counted from the newest date of the data | EXTENT
"""
