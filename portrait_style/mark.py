"""The mark of pictures that a program composed: what they are, in the words of the IPTC.

References:
    IPTC Photo Metadata Standard 2023.1, Digital Source Type,
    https://iptc.org/std/photometadata/specification/IPTC-PhotoMetadata
    ISO 16684-1 (XMP)
"""

from xml.sax.saxutils import escape

# A photo, and what a trained model made of it.
SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
<Iptc4xmpExt:DigitalSourceType>{source_type}</Iptc4xmpExt:DigitalSourceType>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{style}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def mark_of(style: str) -> str:
    """Lay out an XMP packet that says how a picture was made, and in which style.

    Args:
        style: str, its name.

    Example:
        >>> "compositeWithTrainedAlgorithmicMedia" in mark_of("oil")
        True
    """
    told = escape("".join(c for c in style if c.isprintable()))
    return _PACKET.format(source_type=SOURCE_TYPE, style=f"Style: {told} (portrait-style)")
