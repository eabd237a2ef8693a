"""Who is in the demonstration: names of many scripts, each with an address at demo.test."""

#: Of Northside Makers, each in another role.
TEAM = {"teacher": "Amara Diallo", "desk": "Łucja Nowak", "viewer": "Greta Müller"}
#: Of Ateliê Sul, beside its owner.
NEIGHBOURS = {"rafael": "Rafael Moreira", "bia": "Beatriz Lopes"}

#: What the organizations say of themselves.
ABOUT = {
    "Northside Makers": "A workshop by the harbor for **clay, print, bikes and code**. Everyone may use it.\n\n"
    "- Open studios on Wednesdays\n- Classes in the evening\n- A friendly cat",
    "Ateliê Sul": "Music and crafts in the courtyard of an old factory in Pinheiros.",
}
#: Address before the @, and name. `admin` runs Northside Makers and the installation.
STAFF = {"admin": "Iris Nyberg", "organizer": "Tomás Cortés", "sofia": "Sofia Araújo", **TEAM, **NEIGHBOURS}

CAST = {
    "ana": "Ana Silva",
    "ben": "Ben Okafor",
    "masako": "山田 雅子",
    "daria": "Дарья Кузнецова",
    "mohamed": "محمد الفاسي",
    "zoe": "Zoë Åkesson",
    "lan": "Nguyễn Thị Lan",
    "siobhan": "Siobhán O’Brien",
    "lukasz": "Łukasz Wiśniewski",
    "uri": "אורי כהן",
    "saranya": "சரண்யா குமார்",
    "alexandros": "Αλέξανδρος Παπαδόπουλος",
    "minjun": "김민준",
    "priya": "प्रिया शर्मा",
}

CROWD = {
    "amara.okafor": "Amara Okafor",
    "jonas.weber": "Jonas Weber",
    "hanna.lindqvist": "Hanna Lindqvist",
    "luis.delacruz": "Luís de la Cruz",
    "aoife.byrne": "Aoife Byrne",
    "kwame.mensah": "Kwame Mensah",
    "emile.lefevre": "Émile Lefèvre",
    "sule.demir": "Şule Demir",
    "mateo.rojas": "Mateo Rojas",
    "chiara.ricci": "Chiara Ricci",
    "noor.haddad": "Noor Haddad",
    "piet.vanaalst": "Piet van Aalst",
    "greta.vogel": "Greta Vogel",
    "thandi.nkosi": "Thandi Nkosi",
    "ivo.horvat": "Ivo Horvat",
    "camila.duarte": "Camila Duarte",
    "yusuf.kaya": "Yusuf Kaya",
    "ingrid.bakke": "Ingrid Bakke",
    "samir.rahman": "Samir Rahman",
    "lea.fontaine": "Léa Fontaine",
    "bruno.teixeira": "Bruno Teixeira",
    "mei.tanaka": "Mei Tanaka",
    "olga.petrova": "Olga Petrova",
    "kaya.winter": "Kaya Winter",
    "diego.salazar": "Diego Salazar",
    "runa.olsen": "Rúna Olsen",
    "farah.aziz": "Farah Aziz",
    "tom.hartley": "Tom Hartley",
    "elif.arslan": "Elif Arslan",
    "joao.pereira": "João Pereira",
}

ALL = {**STAFF, **CAST, **CROWD}


def address(local_part: str) -> str:
    """The e-mail address of one of them."""
    return f"{local_part}@demo.test"
