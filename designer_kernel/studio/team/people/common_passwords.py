"""What is guessed first: the commonest passwords, words about us, and what people put around them.

The commonest passwords are those of the package ``zxcvbn``, counted in what was stolen elsewhere. Beside them stand
words of our own: products, languages, what else comes to mind at once.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

COMMONEST: Final = 3000
"""So many of the commonest passwords are refused, the commonest first."""

_TEXT: Final = """
aaa aaron abc abc123 abcabc abcd abcdef abgrtyu access account admin administrator airplane alexander alexandra
amanda america anderson andrea andrew angel angela angels animal anthony apple april arsenal asd asdf asdfg asdfgh
asdfghjkl ashley august austin autumn azerty azertyuiop babygirl badboy bailey banana barcelona baseball basketball
batman beautiful benjamin berlin biteme blahblah blink bonjour bubbles buster butterfly butthead california cameron
carlos caroline changeit changeme charlie charlotte cheese chelsea chicago chicken chocolate chris christian
christmas classic computer consumer cookie correcthorsebatterystaple corvette cowboys crystal dallas daniel
dashboard database december default demo designer diagram diamond dolphin dragon dragons dreams eagles einstein
elephant elizabeth eminem england enter entity everton everyone facebook falcon family february ferrari fishing
flower football forever france freddy freedom friday friend friends fuckoff fuckyou gateway geheim george germany
gfhjkm giants ginger godzilla golden google guest guitar hallo hammer hannah harley hello helloworld hockey hotdog
hunter iceman iloveme iloveyou internet jackson january jasmine jennifer jessica jesus jonathan jordan joseph joshua
juice julia july june jupyter jupyterhub jupyterlab justin killer kimberly kitten lakers lakshmi laura leonardo
letmein liberty lisa liverpool login london loremipsum lovely loveme lover loveyou lucky maggie manager march maria
marie marina marlboro martin master matrix matthew maverick melissa mercedes merlin michael michelle mickey midnight
miguel minecraft monday money monkey monkeys monster morgan motdepasse mustang mynoob myspace naruto nascar natasha
newpass newpassword newyork nicholas nicole nirvana notebook nothing november oatmeal october oliver opensesame
orange pakistan panther paradise parola pass passport passw passwd password passwort patrick peaches peanut pepper
pgadmin pgsql phoenix player please pokemon porsche postgre postgres postgresql prince princess private purple
python qazwsx qazwsxedc qqww qwaszx qwe qwer qwert qwerty qwertyu qwertyui qwertyuiop qwertz rabbit rachel raiders
rainbow ranger rangers realmadrid rebecca redsox richard robert rockyou root samantha samsung sandra sarah saturday
schema schemadesigner schemas scooter scorpion secret september server service shadow silver simple skywalker slayer
snoopy soccer sophie spiderman spring sqlserver startrek starwars station steelers stella steven strawberry stupid
success summer sunday sunflower sunshine superman superuser support sweetheart sweety system target taylor tenant
tennis test testing testtest thomas thunder thursday tigger tomcat trustno trustnoone tuesday turtle twitter unknown
user vanessa victoria vikings voila warrior wednesday welcome whatever william willow windows winner winter wizard
wordpass workspace xxxxxx yamaha yankees yellow zaq zaq12wsx zaqxsw zxc zxcv zxcvbn zxcvbnm
"""

WORDS: Final = frozenset(_TEXT.split())
"""Without digits and signs around them, and without gaps."""

_RUNS: Final = (
    "01234567890123456789",
    "98765432109876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "zyxwvutsrqponmlkjihgfedcba",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "1q2w3e4r5t6y7u8i9o0p",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "a1b2c3d4e5f6g7h8i9",
    "q1w2e3r4t5y6u7i8o9p0",
)
_LOOKALIKES: Final = str.maketrans("013457@$!|", "oieastasil")
_AROUND: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_BETWEEN: Final = re.compile(r"[\s._-]+")
_REPEATED: Final = re.compile(r"(.{1,6}?)\1+.?", re.DOTALL)


def is_common(password: str, own_words: tuple[str, ...] = ()) -> bool:
    """Whether a password is among what is guessed first.

    Parameters
    ----------
    own_words
        What is known of the person: their name, their address.
    """
    plain = password.casefold()
    if _REPEATED.fullmatch(_BETWEEN.sub("", plain)) or any(plain in run for run in _RUNS):
        return True
    known = {form for word in own_words for form in _forms(word)} - {""}
    return any(form in WORDS or form in known or form in commonest() for form in {plain, *_forms(plain)})


@cache
def commonest() -> frozenset[str]:
    """Return the commonest passwords, in small letters."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"][:COMMONEST])


def _forms(text: str) -> set[str]:
    """Return what is left of a word without digits and signs around it, and with letters for what looks like them."""
    plain = text.casefold()
    bare = _AROUND.sub("", plain)
    return {_BETWEEN.sub("", form) for form in (plain, bare, bare.translate(_LOOKALIKES), _unlike(plain))}


def _unlike(plain: str) -> str:
    return _AROUND.sub("", plain.translate(_LOOKALIKES))
