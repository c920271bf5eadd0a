"""Languages other than English: the words that give a question away, and what the offline engine replies."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.nlq.planner.lexicon.tokens import fold


@dataclass(frozen=True)
class Language:
    """`telling` words are those of questions and hardly stand in names; `leaning` ones (articles, prepositions, nouns of business) stand in
    names, titles and columns, too, or are English words as well. `reply` is one polite sentence in the language itself."""

    code: str
    name: str
    reply: str
    telling: frozenset[str] = field(repr=False)
    leaning: frozenset[str] = field(repr=False, default=frozenset())


def _language(code: str, name: str, reply: str, telling: str, leaning: str = "") -> Language:
    """Latin letters are compared without accents, which people leave out; in other scripts the signs are part of the word."""
    plain = fold if telling.isascii() or leaning else str.casefold
    return Language(code, name, reply, frozenset(plain(telling).split()), frozenset(plain(leaning).split()))


LATIN = (
    _language(
        "de", "German", "Ohne Claude-Schlüssel lese ich nur Englisch: Bitte stellen Sie die Frage auf Englisch oder hinterlegen Sie einen Claude-Schlüssel.",
        "wie viele wieviel wieviele welche welcher welches welchen welchem wer wo wann warum wurde wurden wird werden ist sind haben hatte hatten gibt gab es "
        "zeige zeig zeigen nenne liste bitte nicht kein keine keinen keiner und oder fur von mit ohne nach uber unter zwischen jede jeder jedes jeden alle mehr "
        "weniger als im vom zum zur beim durchschnittliche durchschnittlich hochste hochsten meisten großte großten grosste kleinste berechne berechnen "
        "sortiere sortieren filtere vergleiche kannst konnen mir uns anteil prozentsatz mittelwert absteigend aufsteigend gruppiert je wenigsten seit vor "
        "gesamtbetrag dieser diese dieses mich ihr sie rechnungen durchschnittsgehalt hohe bis ich mochte",
        "der die das den dem des ein eine einen einem einer was hat war waren in an am on auf aus bei so sich auch nur hoch per summe anzahl durchschnitt "
        "insgesamt jahr jahre monat monate umsatz kunden bestellungen auftrage pro",
    ),
    _language(
        "fr", "French", "Sans clé Claude, je ne comprends que l'anglais : posez la question en anglais ou indiquez une clé Claude, s'il vous plaît.",
        "combien quel quelle quels quelles qui quoi ou quand pourquoi sont etait etaient ete ont avait montre montrez moi affiche affichez donne donnez pas "
        "aucun aucune et avec sans pour chaque tous toutes moins entre depuis apres avant dont dans chiffre affaires calcule calculer trie trier filtre peux "
        "peut pouvez tu nous pourcentage produits decroissant superieures superieurs inferieurs selon vendu moyen moyens valeur jusque leur cest",
        "le la les un une des du de d l au aux en est a sur y il ils elle ce cette son sa ses que n t liste par moyenne somme nombre montant total annee mois "
        "ventes clients commandes jour plus lister comment me prix compare croissant",
    ),
    _language(
        "es", "Spanish", "Sin una clave de Claude solo entiendo inglés: por favor, haga la pregunta en inglés o configure una clave de Claude.",
        "cuantos cuantas cuanto cuanta cual cuales quien quienes que donde cuando como hay fue fueron muestra muestrame mostrar listar tienen tiene estan esta "
        "gano sin para por con mas menos entre desde hasta cada todos todas menor calcula calcular ordena ordenar compara filtra puedes puede darme porcentaje "
        "precio productos facturas hora hacen sobre segun desglosado ascendente descendente muestren quiero ver vendido gasto",
        "el la los las un una unos de del en y o a al es se su lo no me lista son promedio suma numero ventas pedidos clientes ano anos mes meses mayor dame",
    ),
    _language(
        "it", "Italian", "Senza una chiave Claude capisco solo l'inglese: per favore, ponga la domanda in inglese o imposti una chiave Claude.",
        "quanti quante quanto quanta quale quali dove quando sono stati stato mostra mostrami elenca dammi senza con ogni tutti tutte piu meno tra dopo prima "
        "dal dalla nel nella della delle degli dei hanno calcola calcolare ordina ordinare confronta filtra puoi darmi percentuale prezzo prodotti fatture "
        "oltre decrescente crescente medio vorrei vedere gennaio quelli nello negli alla alle consegne",
        "il lo la i gli le un una di del da in e o a al che si per come ho media somma numero vendite clienti ordini anno mese totale state non ha chi qual "
        "categoria",
    ),
    _language(
        "pt", "Portuguese", "Sem uma chave Claude só entendo inglês: por favor, faça a pergunta em inglês ou configure uma chave Claude.",
        "por quantos quantas quanto quanta quais quem onde quando como foram foi mostre mostra tem têm nao sem para cada todos todas mais menos entre desde "
        "depois antes pela pelo soma maior menor trabalham sao estao calcule calcular ordene ordenar filtre pode dar percentual porcentagem preco preço "
        "produtos faturas acima abaixo decrescente crescente médio quero ver mostrar entregas",
        "o a os as um uma de do da dos das em no na nos nas e ou que se liste media numero vendas pedidos clientes ano mes meses com ha há qual",
    ),
    _language(
        "nl", "Dutch", "Zonder Claude-sleutel begrijp ik alleen Engels: stel de vraag alstublieft in het Engels of stel een Claude-sleutel in.",
        "hoeveel welke welk wie waar wanneer waarom hoe wat zijn waren werd werden wordt heeft hebben toon laat geef noem niet geen met zonder voor elke elk "
        "alle meer minder tussen sinds hoogste laagste meeste vorig wonen bereken berekenen sorteer sorteren vergelijk kun kunt prijs producten facturen boven "
        "aflopend oplopend gemiddelden ik wil zien mij ons onze deze leveringen uur medewerkers verkocht volgens",
        "de het een van in op te bij is was er aan of per om uit die dat den der door en dan gemiddelde gemiddeld aantal som totaal totale omzet klanten "
        "bestellingen jaar maand na",
    ),
    _language(
        "pl", "Polish", "Bez klucza Claude rozumiem tylko angielski: proszę zadać pytanie po angielsku albo ustawić klucz Claude.",
        "ile jaki jaka jakie ktory która które kto gdzie kiedy dlaczego jest są byl był była było zostalo zostało zostały pokaz pokaż wymien wymień lista podaj "
        "nie bez dla kazdy każdy każdego każdej wszystkie wszystkich wiecej więcej mniej niz niż miedzy między po przed najwyzsza najwyższa najwyższą najwiecej "
        "największą najlepiej oblicz policz posortuj porównaj filtruj możesz proszę procent cena cenę ceny produkty faktury powyżej poniżej malejąco rosnąco "
        "według sumę chcę zobaczyć którzy dostaw",
        "w z i na do o u od za sie się to a oraz lub ze srednia średnia średnią suma liczba sprzedaz sprzedaż klientow klientów zamowien zamówień rok roku "
        "miesiac miesiąc ma",
    ),
    _language(
        "sv", "Swedish", "Utan Claude-nyckel förstår jag bara engelska: ställ frågan på engelska eller ange en Claude-nyckel, tack.",
        "hur manga mycket vilken vilket vilka vem var vad nar ar visa har hade inte ingen inga utan och eller fran till varje alla mer mest mindre mellan efter "
        "genomsnittlig genomsnittliga hogsta lagsta saknar salde beräkna räkna sortera jämför filtrera ge mig pris priser produkter produkterna fakturor "
        "fallande stigande medelpris jag vill från finns procent andel",
        "i pa av en ett den det de med under per om som lista for an genomsnitt summa antal forsaljning kunder ordrar sedan över se",
    ),
    _language(
        "da", "Danish", "Uden en Claude-nøgle forstår jeg kun engelsk: stil venligst spørgsmålet på engelsk, eller angiv en Claude-nøgle.",
        "hvor mange meget hvilken hvilket hvilke hvem hvad hvornår er vis vise har havde ikke ingen uden og eller fra til hver alle mere mest mindre mellem "
        "siden efter blev gennemsnitlig gennemsnitlige gennemsnitligt højeste laveste mangler år rækker beregn sorter sammenlign filtrer giv mig pris priser "
        "produkter produkterne fakturaer faldende stigende jeg vil procent andel findes",
        "i på af en et den det de med under per om for bedst liste end gennemsnit sum antal salg kunder ordrer pr",
    ),
    _language(
        "no", "Norwegian", "Uten en Claude-nøkkel forstår jeg bare engelsk: still spørsmålet på engelsk, eller oppgi en Claude-nøkkel.",
        "hvor mange mye hvilken hvilket hvilke hvem hva når er vis vise har hadde ikke ingen uten og eller fra til hver alle mer mest mindre enn mellom siden "
        "etter ble gjennomsnittlig antall kundene høyest høyeste laveste mangler år rader beregn sorter sammenlign filtrer gi meg pris priser produkter "
        "produktene fakturaer synkende stigende jeg vil prosent andel finnes",
        "i på av en et den det de med under per om for best liste gjennomsnitt sum salg kunder ordrer bestillinger",
    ),
    _language(
        "tr", "Turkish", "Claude anahtarı olmadan yalnızca İngilizce anlıyorum: lütfen soruyu İngilizce sorun veya bir Claude anahtarı tanımlayın.",
        "kaç lütfen hangi kimin nerede nasıl nedir zaman göster listele ver var yok değil için ile bütün tüm daha çok fazla olan olarak sayısı müşterileri "
        "yılında ayında en yüksek düşük edildi hesapla sırala karşılaştır filtrele misin mısın yüzde yüzdesi fiyat fiyata fiyatı ürün ürünleri fatura faturalar "
        "büyük küçük azalan artan ortalaması toplamı toplamını sayısını hangisi istiyorum",
        "ve veya bir bu da de mi az ortalama toplam satış müşteri sipariş her kim göre ne",
    ),
    _language(
        "cs", "Czech", "Bez klíče Claude rozumím jen anglicky: položte prosím otázku anglicky, nebo nastavte klíč Claude.",
        "kolik jaký jaká jaké který která které kdo kde kdy proč je jsou byl byla bylo byly ukaž zobraz vypiš seznam nemá nemají bez podle každý všechny více "
        "méně než mezi průměrný průměrná prodejem zákazníků roce nejvyšší nejvíce nejlépe spočítej vypočítej seřaď porovnej můžeš procento procent cena cenu "
        "ceny produkty faktury nad sestupně vzestupně průměrnou celkový celkem kolika chci vidět kterých",
        "v z s i na do o u od za se to a nebo ve průměr součet počet prodej objednávek rok měsíc pro",
    ),
    _language(
        "ro", "Romanian", "Fără o cheie Claude înțeleg doar engleza: vă rog să puneți întrebarea în engleză sau să setați o cheie Claude.",
        "câte câți cât câtă care cine unde când cum sunt este au fost arată afișează listează fără pentru fiecare toate toți mai mult puțin decât între după "
        "numărul mic bine primii calculează sortează ordonează compară filtrează poți procent procentul preț prețul produse produsele facturi peste "
        "descrescător crescător mediu medie medii vreau văd",
        "de la pe in în din cu a al ale un o si și sau ce s media suma vânzări clienți comenzi anul luna mare are nu sub",
    ),
    _language(
        "fi", "Finnish", "Ilman Claude-avainta ymmärrän vain englantia: esitä kysymys englanniksi tai aseta Claude-avain.",
        "kuinka monta moni monella paljonko mikä mitkä mitä kuka kenellä missä milloin miksi oli ovat näytä listaa ei eivät ilman jokainen kaikki enemmän "
        "vähemmän kuin välillä jälkeen keskiarvo keskimääräinen määrä myynti myyntiä asiakkaat asiakasta tilausta vuonna korkein eniten joilla parhaiten laske "
        "järjestä vertaa suodata voitko prosentti prosenttiosuus hinta hinnan tuotteet laskut yli alle laskevasti nousevasti mukaan haluan nähdä minulle",
        "ja tai se on summa",
    ),
    _language(
        "hu", "Hungarian", "Claude-kulcs nélkül csak angolul értek: kérem, tegye fel a kérdést angolul, vagy adjon meg egy Claude-kulcsot.",
        "hány megrendelést mennyi melyik milyen ki kinek hol mikor miért vannak volt voltak mutasd listázd nincs nincsenek nem nélkül minden összes több "
        "kevesebb mint között után átlag átlagos összeg száma eladás ügyfél ügyfelet rendelés évben hónap legmagasabb legnagyobb legjobban legtöbb számold "
        "számítsd rendezd hasonlítsd szűrd tudod százalék termék termékek számlák felett alatt csökkenő növekvő szerint átlaga összege szeretném látni",
        "a az és vagy egy van ár ára árak",
    ),
    _language(
        "id", "Indonesian", "Tanpa kunci Claude saya hanya memahami bahasa Inggris: silakan ajukan pertanyaan dalam bahasa Inggris atau pasang kunci Claude.",
        "berapa banyak siapa mana kapan mengapa yang tampilkan tunjukkan daftar adalah tidak tanpa untuk dengan setiap semua lebih kurang dari antara setelah "
        "pada jumlah penjualan pelanggan pesanan tahun bulan tertinggi terendah paling memiliki sepuluh hitung urutkan bandingkan saring bisakah persen "
        "persentase harga produk faktur diatas dibawah menurut berdasarkan terbesar terkecil saya ingin melihat nilai",
        "di ke dan atau ini itu rata ada apa",
    ),
    _language(
        "vi", "Vietnamese", "Khi không có khóa Claude, tôi chỉ hiểu tiếng Anh: vui lòng hỏi bằng tiếng Anh hoặc thiết lập khóa Claude.",
        "bao nhiêu nào gì đâu khi không là của các những trong theo với mỗi tất hiển thị liệt kê trung bình tổng doanh khách hàng đơn tháng cao nhất thấp phẩm "
        "bị tính sắp xếp sánh lọc phần trăm giá hóa trên dưới giảm tăng tôi muốn xem",
        "va hoac cho sản số có cả năm ai so dần",
    ),
)  # fmt: skip

SCRIPTS = (
    _language("ja", "Japanese", "Claude キーがないと英語しか理解できません。英語で質問するか、Claude キーを設定してください。", "の は が を に で と も ください いくら 何 誰 どの 教えて 表示 ごと です ます"),
    _language("zh", "Chinese", "没有 Claude 密钥时我只能理解英语:请用英语提问,或设置 Claude 密钥。", "的 是 多少 每 哪 什么 谁 几 有 没有 所有 列出 平均 最 了 在 总 被 按 显示 吗"),
    _language("ko", "Korean", "Claude 키가 없으면 영어만 이해할 수 있습니다. 영어로 질문하거나 Claude 키를 설정해 주세요.", "은 는 이 가 을 를 의 별 에 몇 얼마 누구 어떤 모든 평균 보여 입니까 인가요 없는"),
    _language("uk", "Ukrainian", "Без ключа Claude я розумію лише англійську: поставте, будь ласка, запитання англійською або додайте ключ Claude.", "скільки який яка яке які хто де коли було є має покажи для кожного всіх за із та більше менше ніж середній сума кількість в не без"),
    _language("ru", "Russian", "Без ключа Claude я понимаю только английский: задайте, пожалуйста, вопрос по-английски или укажите ключ Claude.", "сколько какой какая какое какие кто где когда было были есть покажи для каждого всех по с и больше меньше чем средний средняя сумма количество в не без из у"),
    _language("fa", "Persian", "بدون کلید Claude فقط انگلیسی می‌فهمم: لطفاً پرسش را به انگلیسی بنویسید یا کلید Claude را تنظیم کنید.", "چند چه چیست کدام است در برای هر که را از با شده"),
    _language("ar", "Arabic", "بدون مفتاح Claude لا أفهم إلا الإنجليزية: يرجى طرح السؤال بالإنجليزية أو تعيين مفتاح Claude.", "كم ما هو هي من في على لكل كل عدد متوسط مجموع اعرض حسب الى أعلى لديه التي"),
    _language("he", "Hebrew", "בלי מפתח Claude אני מבין רק אנגלית: אנא שאלו באנגלית או הגדירו מפתח Claude.", "כמה מה מי של את לפי עם הכי כל איזה איפה היו יש אין"),
    _language("hi", "Hindi", "Claude कुंजी के बिना मैं केवल अंग्रेज़ी समझता हूँ: कृपया प्रश्न अंग्रेज़ी में पूछें या Claude कुंजी सेट करें।", "कितने कितना कितनी क्या कौन का की के में है हैं से प्रत्येक सबसे औसत कुल दिखाओ"),
    _language("el", "Greek", "Χωρίς κλειδί Claude καταλαβαίνω μόνο αγγλικά: κάντε την ερώτηση στα αγγλικά ή ορίστε ένα κλειδί Claude.", "πόσες πόσοι πόσα ποιος ποια ποιο ποιοι είναι δείξε μου τους τις τα τον την του της ανά και με χωρίς ο η το"),
    _language("th", "Thai", "หากไม่มีคีย์ Claude ฉันเข้าใจเฉพาะภาษาอังกฤษ โปรดถามเป็นภาษาอังกฤษหรือตั้งค่าคีย์ Claude", "ที่ มี ของ ใน เท่าไร กี่ คือ และ แต่ละ ทั้งหมด ใคร"),
)  # fmt: skip
LANGUAGES = {language.code: language for language in (*LATIN, *SCRIPTS)}
