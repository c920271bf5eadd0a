"""Questions in many languages, with English names of columns in them as people mix them, and English ones full of foreign names."""

FOREIGN = {
    "de": """Wie hoch ist der durchschnittliche amount pro region?
Wie viele Bestellungen wurden im März storniert?
Zeige mir alle Kunden aus Berlin
Welcher Mitarbeiter hat die meisten Stunden gearbeitet?
Was ist die Summe von net_amount im Jahr 2023?
Umsatz pro Monat und Filiale
Gibt es Kunden ohne Bestellung?
Liste die zehn größten Aufträge nach total""",
    "fr": """Combien de commandes n'ont pas été livrées ?
Quel est le montant total par région ?
Quelle est la moyenne de salary par department ?
Montre-moi les clients de Paris
Quels sont les dix produits les plus vendus ?
Y a-t-il des lignes sans email ?
Donne la liste des employés embauchés après 2020
Chiffre d'affaires par mois en 2023""",
    "es": """¿Cuántos pedidos hay con status cancelled?
cual es el promedio de amount por region
Muestra los diez clientes con más ventas
¿Qué vendedor tiene el total más alto?
Dame las ventas por mes del año 2023
Cuántas filas no tienen email
¿Quién ganó más dinero en 2022?
Lista de empleados que trabajan en Madrid""",
    "it": """Quanti ordini sono stati spediti a marzo?
Qual è la media di amount per region?
Mostrami i dieci clienti con il totale più alto
Quale prodotto ha venduto di più nel 2023?
Elenca tutti i dipendenti che lavorano a Roma
Quante righe non hanno email?
Vendite per mese nel 2023
Chi ha lo stipendio più alto?""",
    "pt": """Quantos pedidos foram cancelados em março?
Qual é a média de amount por region?
Mostre os dez clientes com mais vendas
Qual produto vendeu mais em 2023?
Quais funcionários trabalham em Lisboa?
Quantas linhas não têm email?
Vendas por mês e por loja
Quem tem o maior salário?""",
    "nl": """Hoeveel bestellingen zijn er geannuleerd in maart?
Wat is het gemiddelde amount per regio?
Toon de tien klanten met de hoogste omzet
Welke medewerker heeft de meeste uren gewerkt?
Geef alle rijen zonder email
Hoeveel klanten wonen in Amsterdam?
Wie heeft het hoogste salaris?
Wat was de totale omzet van vorig jaar?""",
    "pl": """Ile zamówień zostało anulowanych w marcu?
Jaka jest średnia wartość amount dla każdego regionu?
Pokaż dziesięciu klientów z największą sprzedażą
Który produkt sprzedał się najlepiej?
Ile wierszy nie ma adresu email?
Kto ma najwyższą pensję?
Lista pracowników z Warszawy
Jaki był całkowity przychód w 2023 roku?""",
    "sv": """Hur många beställningar avbröts i mars?
Vad är genomsnittlig amount per region?
Visa de tio kunder som har högst försäljning
Vilken produkt sålde mest under 2023?
Hur många rader saknar email?
Vem har den högsta lönen?""",
    "da": """Hvor mange ordrer blev annulleret i marts?
Hvad er den gennemsnitlige amount per region?
Vis de ti kunder med det højeste salg
Hvilket produkt solgte bedst i 2023?
Hvor mange rækker mangler email?
Hvem har den højeste løn?""",
    "no": """Hvor mange bestillinger ble kansellert i mars?
Hva er gjennomsnittlig amount per region?
Vis de ti kundene med høyest salg
Hvilket produkt solgte mest i 2023?
Hvor mange rader mangler email?
Hvem har den høyeste lønnen?""",
    "tr": """Mart ayında kaç sipariş iptal edildi?
Her bölge için ortalama amount nedir?
En çok satış yapan on müşteriyi göster
Hangi ürün 2023 yılında en çok satıldı?
Kaç satırda email yok?
En yüksek maaş kimin?""",
    "cs": """Kolik objednávek bylo zrušeno v březnu?
Jaký je průměrný amount podle regionu?
Ukaž deset zákazníků s nejvyšším prodejem
Který produkt se prodával nejlépe?
Kolik řádků nemá email?
Kdo má nejvyšší plat?""",
    "ro": """Câte comenzi au fost anulate în martie?
Care este media amount pe regiune?
Arată primii zece clienți după vânzări
Ce produs s-a vândut cel mai bine în 2023?
Câte rânduri nu au email?
Cine are cel mai mare salariu?""",
    "fi": """Kuinka monta tilausta peruttiin maaliskuussa?
Mikä on keskimääräinen amount alueittain?
Näytä kymmenen asiakasta joilla on eniten myyntiä
Mikä tuote myi parhaiten vuonna 2023?
Kuinka monella rivillä ei ole email?
Kenellä on korkein palkka?""",
    "hu": """Hány megrendelést töröltek márciusban?
Mennyi az átlagos amount régiónként?
Mutasd a tíz legnagyobb forgalmú ügyfelet
Melyik termék fogyott a legjobban 2023-ban?
Hány sorban nincs email?
Kinek van a legmagasabb fizetése?""",
    "id": """Berapa banyak pesanan yang dibatalkan pada bulan Maret?
Berapa rata-rata amount per region?
Tampilkan sepuluh pelanggan dengan penjualan tertinggi
Produk apa yang paling laris tahun 2023?
Ada berapa baris yang tidak memiliki email?
Siapa yang memiliki gaji tertinggi?""",
    "vi": """Có bao nhiêu đơn hàng bị hủy trong tháng ba?
Giá trị trung bình của amount theo region là bao nhiêu?
Hiển thị mười khách hàng có doanh số cao nhất
Sản phẩm nào bán chạy nhất năm 2023?""",
    "zh": """每个region的总amount是多少?
三月份有多少订单被取消了?
哪个客户的销售额最高?
列出所有没有email的行
2023年的平均salary""",
    "ja": """regionごとの合計amountはいくらですか?
3月にキャンセルされた注文は何件ですか
売上が最も高い顧客は誰?
emailがない行を表示して
平均salaryを教えて""",
    "ko": """region별 총 amount는 얼마인가요?
3월에 취소된 주문은 몇 건입니까?
매출이 가장 높은 고객은 누구인가요?
email이 없는 행을 보여줘
평균 salary는?""",
    "ru": """Сколько заказов было отменено в марте?
Какой средний amount по региону?
Покажи десять клиентов с наибольшими продажами
Кто получил больше всего в 2023 году?
сумма amount по region""",
    "uk": """Скільки замовлень було скасовано в березні?
Який середній amount за регіоном?
Покажи десять клієнтів із найбільшими продажами
Хто має найвищу зарплату?""",
    "ar": """كم عدد الطلبات الملغاة في مارس؟
ما هو متوسط amount لكل region؟
اعرض أفضل عشرة عملاء حسب المبيعات
من لديه أعلى راتب؟""",
    "he": """כמה הזמנות בוטלו במרץ?
מה הממוצע של amount לפי region?
מי הלקוח עם הכי הרבה מכירות?""",
    "hi": """मार्च में कितने ऑर्डर रद्द हुए?
प्रत्येक region का औसत amount क्या है?
सबसे ज्यादा बिक्री वाले दस ग्राहक दिखाओ""",
    "el": """Πόσες παραγγελίες ακυρώθηκαν τον Μάρτιο;
Ποιος είναι ο μέσος όρος του amount ανά region;
Δείξε μου τους δέκα καλύτερους πελάτες""",
    "th": """มีคำสั่งซื้อที่ถูกยกเลิกกี่รายการในเดือนมีนาคม
ค่าเฉลี่ยของ amount ในแต่ละ region คือเท่าไร""",
    "fa": """چند سفارش در ماه مارس لغو شده است؟
میانگین amount برای هر region چیست؟""",
}

ENGLISH = """average salary in München
orders from Île-de-France
status = 'bezahlt'
total amount of customers in São Paulo
how many orders from Köln are open
sales in 東京
count of customers in 北京 by year
orders where city is "Москва"
revenue by région
total umsatz per filiale
sum of betrag by kunde
who directed Das Leben der Anderen
which film is called La vita è bella
year of release of El laberinto del fauno
points scored by Real Madrid against Bayern München
what college did étienne légaré play for
number of goals of Zlatan Ibrahimović
total hours of Grüßner
total amount for José García Márquez
average price of Crème brûlée
sales of pão de queijo
Rio de Janeiro
Los Angeles sales
El Paso
orders by van der Berg
salary of Jürgen Müller
show Société Générale
net_amount by kategorie
status bezahlt
status = bezahlt
max preis
who wrote Les Misérables
what is the name of the club in Málaga
customers in Santa Cruz de la Sierra
top 5 ciudades by sales
average gehalt per abteilung
sum ventas by mes
total ventas
how many rows have país = España
median
count rows
top 10
amount > 500
2023 sales
total per region
no discount orders
mean age
describe
amount by region and month
price per m2 in Zürich
employees in Łódź
flights from Reykjavík to Tromsø
students at École Polytechnique
orders with note "bitte nicht klingeln"
comments containing 'où est mon colis'
employees not in Genève
how many in Osaka
who lived longer, van vechten or variacoes
total hours in org week 28
Der Spiegel circulation
The Rio de la Plata basin area
list the titles of Gabriel García Márquez
name the Bundesliga clubs
revenue of Øresund A/S
orders shipped to Côte d'Ivoire
share of Deutsche Bahn in total cost
best month for Café Zürich
Łukasz Piszczek
東京
amount in €
average of Größe
in which année was the total highest
sales per Monat
Umsatz by Monat
min max mean
Ivan Ivanović salary
compare Nord and Süd
trend of Verkäufe over time""".splitlines()

UNSEEN = {
    "de": """Fasse die Kosten je Projekt zusammen
Warum ist der Gewinn gefallen?
Stunden pro Woche von Kevin
Rangliste der Verkäufer
Vergleiche Nord mit Süd im letzten Quartal
Fehlende Werte in der Spalte email
Das teuerste Produkt""",
    "fr": """Résume les coûts par projet
Pourquoi le bénéfice a-t-il baissé ?
Heures par semaine de Kevin
Classement des vendeurs
Compare le nord avec le sud au dernier trimestre
Valeurs manquantes dans la colonne email
Le produit le plus cher""",
    "es": """Resume los costos por proyecto
¿Por qué bajó el beneficio?
Horas por semana de Kevin
Ranking de vendedores
Compara el norte con el sur en el último trimestre
Valores que faltan en la columna email
El producto más caro""",
    "it": """Riassumi i costi per progetto
Perché è calato il profitto?
Ore per settimana di Kevin
Classifica dei venditori
Confronta il nord con il sud nell'ultimo trimestre
Valori mancanti nella colonna email
Il prodotto più caro""",
    "pt": """Resuma os custos por projeto
Por que o lucro caiu?
Horas por semana do Kevin
Compare o norte com o sul no último trimestre
Valores que faltam na coluna email
O produto mais caro""",
    "nl": """Vat de kosten per project samen
Waarom is de winst gedaald?
Uren per week van Kevin
Ranglijst van verkopers
Ontbrekende waarden in de kolom email
Het duurste product""",
    "pl": """Podsumuj koszty według projektu
Dlaczego zysk spadł?
Godziny w tygodniu Kevina
Brakujące wartości w kolumnie email
Najdroższy produkt""",
    "sv": """Sammanfatta kostnaderna per projekt
Varför sjönk vinsten?
Timmar per vecka för Kevin
Den dyraste produkten""",
    "da": """Hvorfor faldt overskuddet?
Timer om ugen for Kevin
Det dyreste produkt""",
    "tr": """Projeye göre maliyetleri özetle
Kâr neden düştü?
En pahalı ürün""",
    "ru": """Почему упала прибыль?
Самый дорогой товар""",
    "uk": """Чому впав прибуток?
Найдорожчий товар""",
    "zh": """为什么利润下降了?
最贵的产品""",
    "ja": """なぜ利益が下がったのですか
最も高い製品""",
    "ko": """왜 이익이 떨어졌나요?
가장 비싼 제품""",
    "ar": """لماذا انخفض الربح؟
أغلى منتج""",
    "hi": """लाभ क्यों गिरा?""",
    "cs": """Proč klesl zisk?
Nejdražší produkt""",
    "fi": """Miksi voitto laski?""",
    "hu": """Miért csökkent a nyereség?""",
    "id": """Mengapa laba turun?""",
    "ro": """De ce a scăzut profitul?""",
}
"""Written when the words of the languages were fixed; no word may be added for one of them."""

UNSEEN_ENGLISH = """total for Müller & Söhne GmbH
orders handled by Jean-Luc de la Tour
compare El Corte Inglés with La Redoute
Casa de la Música attendance
hours of María de los Ángeles
which of the stores in São José dos Campos sold most
Tour de France winners since 1990
average lap at Spa-Francorchamps
how many Bücher do we have
revenue for Pão de Açúcar in 2023
Who plays for Borussia Mönchengladbach
share of Crédit Agricole
die casting orders
pro customers
median age in Saint-Étienne
plot sales per Land
La Liga top scorers
Das Boot rating
budget of Les Intouchables
count by estado
total for Notre-Dame du Lac
orders of an der Heide
rows where name contains 'für'
max temperature in Þingvellir
Hasta la vista runtime
Per capita income
per product and per month
total per unit per day
average a per b
list all in die category
show con and pro arguments
sum of no shows per day""".splitlines()
