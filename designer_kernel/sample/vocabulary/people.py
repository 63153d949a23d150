"""Common given and family names of each language, most common first.

They are the head of the lists that names are drawn from; the tail comes from Mimesis, if it is installed. ``=`` gives
the name in Latin letters where no rule of ours can, ``/`` a woman's form of a family name behind the man's.
"""

# ruff: noqa: E501 one list a line

from __future__ import annotations

from typing import Final, NamedTuple


class Names(NamedTuple):
    """Names of one language, parted by commas; ``family_first`` puts the family name before the given one."""

    women: str
    men: str
    families: str
    titles: tuple[str, str]
    family_first: bool = False
    separator: str = " "


NAMES: Final[dict[str, Names]] = {
    "en": Names(
        "Olivia,Emma,Charlotte,Amelia,Sophia,Isabella,Ava,Mia,Evelyn,Emily,Grace,Hannah,Abigail,Chloe,Lucy,Megan,Sarah,Jessica,Rachel,Laura,Victoria,Samantha,Nicole,Natalie,Zoe",
        "James,John,Robert,Michael,William,David,Joseph,Thomas,Daniel,Matthew,Oliver,Noah,Liam,Henry,Jack,George,Benjamin,Samuel,Andrew,Ryan,Nathan,Luke,Adam,Kevin,Eric",
        "Smith,Johnson,Williams,Brown,Jones,Davis,Miller,Wilson,Moore,Taylor,Anderson,Thomas,Jackson,White,Harris,Martin,Thompson,Robinson,Clark,Lewis,Walker,Hall,Allen,Young,King,Wright,Scott,Green,Baker,O'Connor,Garcia,Lee,Patel,Nguyen",
        ("Ms", "Mr"),
    ),
    "de": Names(
        "Anna,Emma,Sabine,Lena,Julia,Katharina,Laura,Petra,Monika,Claudia,Sophie,Marie,Hannah,Lea,Jana,Birgit,Heike,Nina,Franziska,Käthe,Ayşe,Greta,Johanna,Ursula",
        "Michael,Thomas,Andreas,Stefan,Christian,Jürgen,Lukas,Felix,Jonas,Maximilian,Paul,Jan,Sebastian,Florian,Matthias,Jörg,Björn,Günter,Tobias,Uwe,Dieter,Leon,Mehmet,Klaus",
        "Müller,Schmidt,Schneider,Fischer,Weber,Meyer,Wagner,Becker,Schulz,Hoffmann,Schäfer,Koch,Bauer,Richter,Klein,Wolf,Schröder,Neumann,Schwarz,Zimmermann,Braun,Krüger,Hofmann,Lange,Weiß,Groß,Köhler,Jäger,Yılmaz,Vogel,Kaiser,Böhm",
        ("Frau", "Herr"),
    ),
    "fr": Names(
        "Marie,Camille,Léa,Manon,Chloé,Emma,Inès,Sarah,Julie,Céline,Sophie,Nathalie,Isabelle,Aurélie,Élodie,Zoé,Margaux,Anaïs,Hélène,Françoise,Juliette,Pauline,Amélie,Noémie",
        "Jean,Pierre,Michel,Nicolas,Thomas,Julien,Alexandre,Antoine,Louis,Gabriel,Hugo,Lucas,Mathieu,François,Rémi,Étienne,Benoît,Jérôme,Olivier,Sébastien,Théo,Yann,Cédric,Mohamed",
        "Martin,Bernard,Dubois,Thomas,Robert,Richard,Petit,Durand,Leroy,Moreau,Simon,Laurent,Lefebvre,Michel,Garcia,David,Bertrand,Roux,Vincent,Fournier,Morel,Girard,André,Lefèvre,Mercier,Dupont,Lambert,Bonnet,François,Béranger,Gauthier,Benali",
        ("Mme", "M."),
    ),
    "es": Names(
        "María,Carmen,Ana,Isabel,Laura,Lucía,Marta,Paula,Sofía,Elena,Cristina,Andrea,Raquel,Pilar,Sara,Rocío,Begoña,Nuria,Inés,Silvia,Valeria,Ximena,Daniela,Martina",
        "José,Antonio,Manuel,Francisco,Juan,David,Javier,Daniel,Carlos,Alejandro,Miguel,Rafael,Pablo,Álvaro,Sergio,Jorge,Adrián,Íñigo,Andrés,Diego,Hugo,Mateo,Raúl,Iván",
        "García,Rodríguez,González,Fernández,López,Martínez,Sánchez,Pérez,Gómez,Martín,Jiménez,Ruiz,Hernández,Díaz,Moreno,Muñoz,Álvarez,Romero,Alonso,Gutiérrez,Navarro,Torres,Domínguez,Vázquez,Ramos,Gil,Ramírez,Serrano,Núñez,Ibáñez,Flores,Vargas",
        ("Sra.", "Sr."),
    ),
    "it": Names(
        "Giulia,Sofia,Aurora,Martina,Chiara,Francesca,Sara,Alessia,Elisa,Valentina,Anna,Maria,Laura,Federica,Elena,Silvia,Paola,Giorgia,Beatrice,Alice,Greta,Camilla,Noemi,Ilaria",
        "Francesco,Alessandro,Lorenzo,Leonardo,Mattia,Andrea,Gabriele,Matteo,Tommaso,Riccardo,Davide,Giuseppe,Marco,Luca,Giovanni,Antonio,Simone,Federico,Stefano,Paolo,Nicolò,Roberto,Enrico,Salvatore",
        "Rossi,Russo,Ferrari,Esposito,Bianchi,Romano,Colombo,Ricci,Marino,Greco,Bruno,Gallo,Conti,De Luca,Mancini,Costa,Giordano,Rizzo,Lombardi,Moretti,Barbieri,Fontana,Santoro,Mariani,Rinaldi,Caruso,Ferrara,D'Angelo,Galli,Martini,Leone,Longo",
        ("Sig.ra", "Sig."),
    ),
    "nl": Names(
        "Emma,Sophie,Julia,Anna,Lotte,Fleur,Sanne,Eva,Lieke,Femke,Iris,Maud,Anouk,Roos,Marieke,Ingrid,Wilma,Noor,Zoë,Joëlle,Tess,Linda,Esmée,Saskia",
        "Daan,Sem,Jan,Pieter,Bram,Lars,Thijs,Jeroen,Maarten,Sander,Joost,Willem,Koen,Ruben,Niels,Tim,Hendrik,Gijs,Dirk,Bas,Stijn,René,Luuk,Wouter",
        "de Jong,Jansen,de Vries,van den Berg,Bakker,van Dijk,Visser,Janssen,Smit,Meijer,de Boer,Mulder,de Groot,Bos,Vos,Peters,Hendriks,van Leeuwen,Dekker,Brouwer,de Wit,Dijkstra,Smits,de Graaf,van der Meer,Kok,Jacobs,Postma,Willems,El Amrani",
        ("Mevr.", "Dhr."),
    ),
    "pl": Names(
        "Anna,Maria,Katarzyna,Małgorzata,Agnieszka,Barbara,Ewa,Magdalena,Joanna,Zofia,Julia,Zuzanna,Hanna,Aleksandra,Monika,Elżbieta,Dorota,Paulina,Oliwia,Łucja,Natalia,Karolina,Wiktoria,Bożena",
        "Piotr,Krzysztof,Andrzej,Tomasz,Jan,Paweł,Michał,Marcin,Jakub,Adam,Łukasz,Mateusz,Stanisław,Marek,Grzegorz,Wojciech,Antoni,Szymon,Filip,Kacper,Rafał,Zbigniew,Kamil,Maciej",
        "Nowak/Nowak,Kowalski/Kowalska,Wiśniewski/Wiśniewska,Wójcik/Wójcik,Kowalczyk/Kowalczyk,Kamiński/Kamińska,Lewandowski/Lewandowska,Zieliński/Zielińska,Szymański/Szymańska,Woźniak/Woźniak,Dąbrowski/Dąbrowska,Kozłowski/Kozłowska,Jankowski/Jankowska,Mazur/Mazur,Kwiatkowski/Kwiatkowska,Krawczyk/Krawczyk,Piotrowski/Piotrowska,Grabowski/Grabowska,Pawłowski/Pawłowska,Michalski/Michalska,Zając/Zając,Król/Król,Wróbel/Wróbel,Jabłoński/Jabłońska,Majewski/Majewska,Stępień/Stępień,Jaworski/Jaworska,Górski/Górska",
        ("Pani", "Pan"),
    ),
    "pt": Names(
        "Maria,Ana,Júlia,Beatriz,Mariana,Letícia,Larissa,Camila,Fernanda,Juliana,Gabriela,Luana,Patrícia,Márcia,Sofia,Inês,Helena,Isabela,Rafaela,Bruna,Conceição,Débora,Lívia,Catarina",
        "João,José,Antônio,Pedro,Lucas,Gabriel,Mateus,Rafael,Gustavo,Felipe,Paulo,Carlos,Luiz,Marcelo,Bruno,Thiago,Rodrigo,André,Vinícius,Caio,Sérgio,Fábio,Miguel,Tomás",
        "Silva,Santos,Oliveira,Souza,Lima,Pereira,Ferreira,Costa,Rodrigues,Almeida,Nascimento,Alves,Carvalho,Araújo,Ribeiro,Gomes,Martins,Barbosa,Rocha,Dias,Moreira,Nunes,Conceição,Mendonça,Cardoso,Teixeira,Guimarães,Magalhães,Brandão,Falcão",
        ("Sra.", "Sr."),
    ),
    "sv": Names(
        "Anna,Maria,Eva,Karin,Elsa,Alice,Maja,Astrid,Ebba,Saga,Freja,Ingrid,Åsa,Märta,Linnéa,Kerstin,Malin,Sara,Emelie,Hanna,Birgitta,Wilma,Elin,Lovisa,Agnes,Alva,Amanda,Annika,Gunilla,Helena,Ida,Jenny,Josefin,Julia,Klara,Lena,Moa,Sofia,Stina,Tove,Ulla,Viktoria",
        "Lars,Erik,Anders,Johan,Mikael,Karl,Nils,William,Oscar,Lucas,Hugo,Elias,Björn,Göran,Åke,Jörgen,Fredrik,Gustav,Emil,Axel,Per,Olof,Mattias,Sven,Adam,Albin,Arvid,Bengt,Daniel,David,Filip,Håkan,Henrik,Isak,Jakob,Kjell,Leo,Ludvig,Magnus,Marcus,Niklas,Oliver,Pontus,Rikard,Robin,Simon,Stefan,Theo,Tobias,Viktor",
        "Andersson,Johansson,Karlsson,Nilsson,Eriksson,Larsson,Olsson,Persson,Svensson,Gustafsson,Pettersson,Jonsson,Lindberg,Lindström,Lindqvist,Lindgren,Berg,Bergström,Sandberg,Forsberg,Sjöberg,Engström,Öberg,Åkesson,Håkansson,Nyström,Björk,Ström",
        ("Fru", "Herr"),
    ),
    "da": Names(
        "Anne,Mette,Kirsten,Hanne,Emma,Ida,Freja,Clara,Sofie,Laura,Karen,Lærke,Maja,Astrid,Camilla,Louise,Søs,Signe,Mathilde,Line,Pernille,Birthe,Cæcilie,Ditte,Agnes,Alberte,Amalie,Bente,Caroline,Charlotte,Ella,Eva,Gitte,Helle,Ingrid,Johanne,Josefine,Julie,Karla,Katrine,Liv,Lone,Nanna,Olivia,Rikke,Sille,Tine,Trine,Vibeke",
        "Peter,Jens,Lars,Michael,Henrik,Søren,Thomas,Jørgen,Niels,Christian,Mads,Frederik,Emil,Rasmus,Magnus,Mikkel,Kasper,Anders,Bjørn,Jakob,Martin,Aksel,Oscar,Åge,Adam,Albert,Alexander,August,Benjamin,Bent,Carl,Daniel,Elias,Erik,Felix,Finn,Gustav,Hans,Jesper,Johan,Kim,Kristian,Liam,Lucas,Malthe,Noah,Oliver,Ole,Per,Philip,Simon,Steen,Valdemar,Victor,William",
        "Nielsen,Jensen,Hansen,Pedersen,Andersen,Christensen,Larsen,Sørensen,Rasmussen,Jørgensen,Petersen,Madsen,Kristensen,Olsen,Thomsen,Christiansen,Poulsen,Johansen,Møller,Mortensen,Knudsen,Østergaard,Kjær,Nørgaard,Skov,Bæk,Damgaard,Lund",
        ("Fru", "Hr."),
    ),
    "cs": Names(
        "Jana,Marie,Eva,Hana,Anna,Lenka,Kateřina,Lucie,Věra,Tereza,Veronika,Petra,Alena,Eliška,Adéla,Barbora,Zuzana,Markéta,Michaela,Kristýna,Jiřina,Klára,Božena,Nikola",
        "Jiří,Jan,Petr,Josef,Pavel,Martin,Tomáš,Jaroslav,Miroslav,Zdeněk,František,Václav,Michal,Milan,Karel,Jakub,Lukáš,David,Ondřej,Vojtěch,Matěj,Filip,Adam,Řehoř",
        "Novák/Nováková,Svoboda/Svobodová,Novotný/Novotná,Dvořák/Dvořáková,Černý/Černá,Procházka/Procházková,Kučera/Kučerová,Veselý/Veselá,Horák/Horáková,Němec/Němcová,Pokorný/Pokorná,Marek/Marková,Pospíšil/Pospíšilová,Hájek/Hájková,Král/Králová,Jelínek/Jelínková,Růžička/Růžičková,Beneš/Benešová,Fiala/Fialová,Sedláček/Sedláčková,Doležal/Doležalová,Zeman/Zemanová,Kolář/Kolářová,Navrátil/Navrátilová,Čermák/Čermáková,Říha/Říhová",
        ("Paní", "Pan"),
    ),
    "tr": Names(
        "Fatma,Ayşe,Emine,Hatice,Zeynep,Elif,Meryem,Şerife,Zehra,Sultan,Merve,Özlem,Büşra,Esra,Gül,Yasemin,Defne,Ecrin,Ceren,Çiğdem,Nur,Derya,Ebru,İrem",
        "Mehmet,Mustafa,Ahmet,Ali,Hüseyin,Hasan,İbrahim,İsmail,Osman,Yusuf,Murat,Ömer,Ramazan,Halil,Emre,Can,Burak,Eren,Kerem,Çağlar,Oğuz,Serkan,Gökhan,Barış",
        "Yılmaz,Kaya,Demir,Çelik,Şahin,Yıldız,Yıldırım,Öztürk,Aydın,Özdemir,Arslan,Doğan,Kılıç,Aslan,Çetin,Kara,Koç,Kurt,Özkan,Şimşek,Polat,Korkmaz,Çakır,Erdoğan,Güneş,Aksoy,Tekin,Bulut",
        ("Bayan", "Bay"),
    ),
    "uk": Names(
        "Олена,Наталія,Ірина,Оксана,Тетяна,Юлія,Марія,Анна,Світлана,Ольга,Катерина,Вікторія,Людмила,Галина,Софія,Дарина,Анастасія,Христина,Соломія,Надія,Леся,Богдана,Зоряна,Євгенія",
        "Олександр,Сергій,Андрій,Володимир,Микола,Іван,Василь,Юрій,Дмитро,Максим,Олег,Віктор,Петро,Ярослав,Богдан,Тарас,Михайло,Роман,Артем,Назар,Євген,Ігор,Остап,Павло",
        "Мельник,Шевченко,Бойко,Коваленко,Бондаренко,Ткаченко,Ковальчук,Кравченко,Олійник,Шевчук,Коваль,Поліщук,Бондар,Ткачук,Мороз,Марченко,Лисенко,Руденко,Савченко,Петренко,Клименко,Павленко,Кравчук,Романюк,Левченко,Гончаренко,Гнатюк,Сидоренко",
        ("Пані", "Пан"),
    ),
    "el": Names(
        "Μαρία,Ελένη,Αικατερίνη,Βασιλική,Σοφία,Αγγελική,Γεωργία,Δήμητρα,Ιωάννα,Κωνσταντίνα,Παναγιώτα,Άννα,Χριστίνα,Ευαγγελία,Αναστασία,Ειρήνη,Φωτεινή,Θεοδώρα,Δέσποινα,Ζωή",
        "Γεώργιος,Ιωάννης,Δημήτριος,Κωνσταντίνος,Νικόλαος,Παναγιώτης,Βασίλειος,Χρήστος,Αθανάσιος,Μιχαήλ,Ευάγγελος,Σπυρίδων,Αντώνιος,Αναστάσιος,Θεόδωρος,Ανδρέας,Χαράλαμπος,Αλέξανδρος,Εμμανουήλ,Σταύρος",
        "Παπαδόπουλος/Παπαδοπούλου,Βλάχος/Βλάχου,Αγγελόπουλος/Αγγελοπούλου,Νικολάου/Νικολάου,Γεωργίου/Γεωργίου,Πέτρου/Πέτρου,Δημητρίου/Δημητρίου,Αντωνίου/Αντωνίου,Οικονόμου/Οικονόμου,Χατζής/Χατζή,Κωνσταντίνου/Κωνσταντίνου,Ιωάννου/Ιωάννου,Μακρής/Μακρή,Ζαχαρίου/Ζαχαρίου,Σαμαράς/Σαμαρά,Καραγιάννης/Καραγιάννη,Αλεξίου/Αλεξίου,Παππάς/Παππά,Βασιλείου/Βασιλείου,Θεοδωρίδης/Θεοδωρίδου",
        ("Κα", "Κος"),
    ),
    "ja": Names(
        "陽葵=himari,凛=rin,結菜=yuna,葵=aoi,さくら=sakura,美咲=misaki,愛=ai,陽菜=hina,花子=hanako,恵子=keiko,由美子=yumiko,真由美=mayumi,明美=akemi,裕子=yuko,久美子=kumiko,千尋=chihiro,七海=nanami,彩花=ayaka,舞=mai,直美=naomi,優奈=yuuna,詩織=shiori,麻衣=maie,沙織=saori,里奈=rina,智子=tomoko,和子=kazuko,京子=kyoko,綾=aya,桃子=momoko",
        "蓮=ren,大翔=hiroto,悠真=yuma,湊=minato,陽斗=haruto,健太=kenta,翔太=shota,拓也=takuya,大輔=daisuke,直樹=naoki,健一=kenichi,誠=makoto,浩=hiroshi,隆=takashi,学=manabu,聡=satoshi,亮=ryo,和也=kazuya,達也=tatsuya,裕太=yuta,剛=tsuyoshi,一郎=ichiro,翼=tsubasa,海斗=kaito,修=osamu,涼=suzu,哲也=tetsuya,雄太=yuuta,康平=kohei,智也=tomoya",
        "佐藤=sato,鈴木=suzuki,高橋=takahashi,田中=tanaka,伊藤=ito,渡辺=watanabe,山本=yamamoto,中村=nakamura,小林=kobayashi,加藤=kato,吉田=yoshida,山田=yamada,佐々木=sasaki,山口=yamaguchi,松本=matsumoto,井上=inoue,木村=kimura,林=hayashi,斎藤=saito,清水=shimizu,山崎=yamazaki,森=mori,池田=ikeda,橋本=hashimoto,阿部=abe,石川=ishikawa,山下=yamashita,中島=nakajima,小川=ogawa,前田=maeda,岡田=okada,長谷川=hasegawa,藤田=fujita,後藤=goto,近藤=kondo,村上=murakami,遠藤=endo,青木=aoki,坂本=sakamoto,福田=fukuda",
        ("様", "様"), True,
    ),
    "zh": Names(
        "芳=fang,娜=na,敏=min,静=jing,丽=li,秀英=xiuying,艳=yan,娟=juan,霞=xia,燕=yan,婷=ting,雪=xue,慧=hui,玲=ling,桂英=guiying,欣怡=xinyi,梓涵=zihan,诗涵=shihan,雨桐=yutong,佳怡=jiayi,思琪=siqi,梦瑶=mengyao,晓燕=xiaoyan,丽娜=lina,红梅=hongmei,雅婷=yating,若曦=ruoxi,美玲=meiling,春兰=chunlan,子萱=zixuan",
        "伟=wei,强=qiang,磊=lei,军=jun,洋=yang,勇=yong,杰=jie,涛=tao,明=ming,超=chao,刚=gang,平=ping,辉=hui,鹏=peng,浩然=haoran,子轩=zixuan,宇轩=yuxuan,志强=zhiqiang,建华=jianhua,建国=jianguo,俊杰=junjie,文博=wenbo,博文=bowen,天宇=tianyu,家豪=jiahao,晓明=xiaoming,志伟=zhiwei,海涛=haitao,国强=guoqiang,一鸣=yiming",
        "王=wang,李=li,张=zhang,刘=liu,陈=chen,杨=yang,黄=huang,赵=zhao,吴=wu,周=zhou,徐=xu,孙=sun,马=ma,朱=zhu,胡=hu,郭=guo,何=he,高=gao,林=lin,罗=luo,郑=zheng,梁=liang,谢=xie,宋=song,唐=tang,许=xu,韩=han,冯=feng,邓=deng,曹=cao,彭=peng,曾=zeng,肖=xiao,田=tian,董=dong,袁=yuan,潘=pan,于=yu,蒋=jiang,蔡=cai",
        ("女士", "先生"), True, "",
    ),
    "ko": Names(
        "서연,민서,지우,서윤,지민,수빈,하은,예은,윤서,지유,은지,유진,미경,영희,순자,혜진,지영,정희,민지,수진,하윤,소율,다은,채원",
        "민준,서준,도윤,예준,시우,주원,하준,지호,준서,현우,지훈,성민,동현,영수,철수,재현,승민,민수,상훈,건우,우진,정훈,태윤,은우",
        "김=kim,이=lee,박=park,최=choi,정=jung,강=kang,조=cho,윤=yoon,장=jang,임=lim,한=han,오=oh,서=seo,신=shin,권=kwon,황=hwang,안=ahn,송=song,류=ryu,전=jeon,홍=hong,고=ko,문=moon,양=yang,손=son,배=bae,백=baek,허=heo",
        ("님", "님"), True, "",
    ),
    "ar": Names(
        "فاطمة=fatima,مريم=mariam,عائشة=aisha,زينب=zainab,نور=nour,سارة=sara,ليلى=layla,هدى=huda,أمينة=amina,سلمى=salma,ياسمين=yasmin,رنا=rana,دينا=dina,منى=mona,هبة=heba,آية=aya,خديجة=khadija,حنان=hanan,ريم=reem,شيماء=shaimaa,إيمان=iman,رانيا=rania,نادية=nadia,أسماء=asmaa",
        "محمد=mohamed,أحمد=ahmed,محمود=mahmoud,علي=ali,مصطفى=mostafa,عمر=omar,يوسف=youssef,إبراهيم=ibrahim,خالد=khaled,حسن=hassan,حسين=hussein,كريم=karim,طارق=tarek,عبد الله=abdullah,سامي=sami,زياد=ziad,وليد=walid,هشام=hisham,أيمن=ayman,ياسر=yasser,إسماعيل=ismail,آدم=adam,مروان=marwan,شريف=sherif",
        "محمد=mohamed,أحمد=ahmed,علي=ali,حسن=hassan,إبراهيم=ibrahim,السيد=elsayed,عبد الرحمن=abdelrahman,خليل=khalil,منصور=mansour,سليمان=soliman,المصري=elmasry,الشريف=elsherif,فاروق=farouk,حمدي=hamdy,رشدي=roshdy,صالح=saleh,النجار=elnaggar,حداد=haddad,الخطيب=elkhatib,مرسي=morsi,عثمان=osman,يونس=younis,فهمي=fahmy,الجندي=elgendy,زكي=zaki,رمضان=ramadan,بدوي=badawi,الشافعي=elshafei",
        ("السيدة", "السيد"),
    ),
}  # fmt: skip
"""Names by language."""

STREETS: Final[dict[str, str]] = {
    "de": "Hauptstraße,Bahnhofstraße,Schulstraße,Gartenstraße,Dorfstraße,Bergstraße,Lindenstraße,Goethestraße,Schillerstraße,Mühlenweg,Kirchgasse,Am Markt,Birkenweg,Rosenweg",
    "fr": "Rue de la République,Rue Victor Hugo,Avenue Jean Jaurès,Place de la Mairie,Rue des Écoles,Rue du Moulin,Boulevard Voltaire,Rue Pasteur,Chemin des Vignes,Allée des Tilleuls,Rue de l'Église,Quai de la Gare",
    "es": "Calle Mayor,Calle Real,Avenida de la Constitución,Calle del Sol,Plaza de España,Calle San José,Calle de la Iglesia,Paseo del Prado,Avenida de Andalucía,Calle Cervantes,Calle Nueva,Calle del Carmen",
    "it": "Via Roma,Via Garibaldi,Corso Italia,Via Mazzini,Piazza Dante,Via Verdi,Via Cavour,Viale della Libertà,Via Marconi,Via San Martino,Via dei Mille,Corso Vittorio Emanuele",
    "nl": "Dorpsstraat,Kerkstraat,Schoolstraat,Molenweg,Stationsweg,Julianastraat,Wilhelminalaan,Nieuwstraat,Beatrixlaan,Eikenlaan,Prinsengracht,Markt",
    "pl": "ul. Polna,ul. Leśna,ul. Słoneczna,ul. Krótka,ul. Szkolna,ul. Ogrodowa,ul. Lipowa,ul. Kwiatowa,ul. Kościuszki,ul. Mickiewicza,al. Niepodległości,ul. Żwirowa",
    "pt": "Rua das Flores,Rua São José,Avenida Brasil,Rua da Paz,Rua XV de Novembro,Praça da Liberdade,Rua Sete de Setembro,Avenida Paulista,Rua Santa Luzia,Travessa do Carmo,Rua da Conceição,Avenida Getúlio Vargas",
    "sv": "Storgatan,Kungsgatan,Drottninggatan,Skolgatan,Björkvägen,Ängsvägen,Kyrkogatan,Järnvägsgatan,Östra Hamngatan,Åkervägen,Skogsvägen,Granvägen",
    "da": "Hovedgaden,Vestergade,Østergade,Nørregade,Søndergade,Kirkevej,Skolegade,Bygaden,Jernbanegade,Åboulevarden,Møllevej,Bøgevej",
    "cs": "Hlavní,Nádražní,Školní,Zahradní,Polní,Krátká,Husova,Komenského,Palackého,Na Výsluní,Lipová,Jiráskova",
    "tr": "Atatürk Caddesi,Cumhuriyet Caddesi,İnönü Caddesi,Gazi Bulvarı,Lale Sokak,Menekşe Sokak,Çınar Sokak,Okul Sokak,Bağdat Caddesi,İstiklal Caddesi,Güneş Sokak,Şehitler Caddesi",
    "uk": "вул. Шевченка,вул. Франка,вул. Лесі Українки,вул. Садова,вул. Центральна,вул. Соборна,вул. Зелена,вул. Незалежності,просп. Миру,вул. Польова,вул. Шкільна,вул. Київська",
    "el": "Ερμού,Αθηνάς,Σταδίου,Πανεπιστημίου,Ακαδημίας,Τσιμισκή,Εγνατία,Πατησίων,Αιόλου,Σόλωνος,Μητροπόλεως,Βενιζέλου",
    "ja": "本町,栄町,中央,緑町,東町,西町,南町,北町,旭町,幸町,桜町,新町,大手町,若葉",
    "zh": "人民路,解放路,中山路,建设路,和平路,新华路,文化路,胜利路,光明街,长江路,黄河路,北京路",
    "ko": "중앙로,세종대로,테헤란로,한강대로,강남대로,종로,을지로,퇴계로,청계천로,번영로,평화로,충장로",
    "ar": "شارع النيل,شارع التحرير,شارع الجمهورية,شارع رمسيس,شارع الهرم,شارع القاهرة,شارع السلام,شارع الجامعة,شارع المدينة,شارع النصر,شارع الزهور,شارع الحرية",
}  # fmt: skip
"""Streets by language; English ones are put together from a name and a kind."""

LAWFUL_FORMS: Final[dict[str, tuple[str, ...]]] = {
    "US": ("Inc.", "LLC", "Corp."), "CA": ("Inc.", "Ltd."), "GB": ("Ltd", "plc", "LLP"), "IE": ("Ltd", "DAC"),
    "AU": ("Pty Ltd", "Ltd"), "NZ": ("Ltd",), "DE": ("GmbH", "AG", "GmbH & Co. KG", "UG", "e.K."),
    "AT": ("GmbH", "AG", "OG"), "CH": ("AG", "GmbH", "SA"), "FR": ("SARL", "SAS", "SA", "EURL"),
    "BE": ("NV", "BV", "SA", "SRL"), "ES": ("S.L.", "S.A."), "MX": ("S.A. de C.V.", "S. de R.L. de C.V."),
    "AR": ("S.A.", "S.R.L."), "CL": ("SpA", "Ltda."), "CO": ("S.A.S.", "S.A."), "IT": ("S.r.l.", "S.p.A.", "S.n.c."),
    "NL": ("B.V.", "N.V.", "V.O.F."), "PL": ("sp. z o.o.", "S.A.", "sp.j."), "PT": ("Lda.", "S.A."),
    "BR": ("Ltda.", "S.A.", "ME"), "SE": ("AB", "HB"), "DK": ("A/S", "ApS"), "CZ": ("s.r.o.", "a.s."),
    "TR": ("A.Ş.", "Ltd. Şti."), "UA": ("ТОВ", "ПрАТ"), "GR": ("Α.Ε.", "Ε.Π.Ε."), "JP": ("株式会社", "合同会社"),
    "CN": ("有限公司", "股份有限公司"), "KR": ("주식회사", "유한회사"), "EG": ("ش.م.م",),
}  # fmt: skip
"""Legal forms of companies by country."""

FORMS_FIRST: Final = frozenset({"JP", "UA", "KR"})
"""Countries whose legal forms stand before the name."""

TRADES: Final[dict[str, tuple[str, ...]]] = {
    "en": ("Group", "& Sons", "Trading", "Logistics", "Partners", "Engineering", "Foods", "Solutions"),
    "de": ("Technik", "Handel", "Logistik", "& Söhne", "Bau", "Maschinenbau", "Elektro", "Möbel"),
    "fr": ("et Fils", "Conseil", "Distribution", "Bâtiment", "Transports", "Frères"),
    "es": ("e Hijos", "Distribuciones", "Construcciones", "Servicios", "Alimentación", "Transportes"),
    "it": ("e Figli", "Costruzioni", "Servizi", "Trasporti", "Alimentari", "Impianti"),
    "nl": ("& Zonen", "Bouw", "Transport", "Techniek", "Handel", "Advies"),
    "pl": ("Budownictwo", "Transport", "Usługi", "i Synowie", "Meble", "Handel"),
    "pt": ("& Filhos", "Comércio", "Serviços", "Transportes", "Alimentos", "Construções"),
    "sv": ("& Söner", "Bygg", "Konsult", "Transport", "Teknik"), "da": ("& Sønner", "Byg", "Transport", "Rådgivning"),
    "cs": ("a synové", "Stavby", "Doprava", "Služby"), "tr": ("Ticaret", "İnşaat", "Gıda", "Lojistik"),
    "uk": ("Трейд", "Буд", "Сервіс", "Логістика"), "el": ("Τεχνική", "Εμπορική", "Κατασκευές"),
    "ja": ("商事", "工業", "建設", "電機", "食品"), "zh": ("科技", "贸易", "建设", "食品"), "ko": ("상사", "건설", "식품", "전자"),
    "ar": ("للتجارة", "للمقاولات", "للخدمات", "للأغذية"),
}  # fmt: skip
"""What companies do, by language; it follows a family name."""
