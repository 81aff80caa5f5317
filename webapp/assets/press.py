"""Pictures are decoded here, in a process of its own, because a picture is the one thing strangers' bytes can do to us.

Started as a plain script (it imports nothing of ours): `press.py <json>` with {"source", "out", "make", "pixels",
"memory"}. What is wanted `light` gets an AVIF beside it where that is smaller. It refuses by the header before a
pixel is decoded, copies pixels into a new image (so that EXIF, GPS, XMP and comments are left behind), and prints JSON:
{"width", "height", "made": [...]} or {"refused": code}.
"""

import io
import json
import math
import sys
from typing import Any

from PIL import Image, ImageChops, ImageCms, ImageOps, ImageStat, UnidentifiedImageError, features

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SUFFIX = {"JPEG": ".jpg", "WEBP": ".webp"}
HALF_A_DECIBEL = 10 ** (0.5 / 20)
"""A difference that no eye finds."""


class Refused(Exception):
    """The picture cannot be taken; the text is a code."""


def limit(memory: int, seconds: int) -> None:
    """Cap memory (bytes) and processor time of this process, where the system lets us."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ImportError, ValueError, OSError):
        pass


def opened(path: str, pixels: int) -> Image.Image:
    """The first frame of a picture as upright sRGB on white, all metadata left behind."""
    try:
        with Image.open(path, formats=FORMATS) as image:
            if image.width * image.height > pixels or image.width * image.height == 0:
                raise Refused("pixels")
            image.load()
            upright = ImageOps.exif_transpose(image)
            return flattened(in_srgb(upright))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refused("broken") from error
    except (MemoryError, Image.DecompressionBombError) as error:
        raise Refused("pixels") from error


def in_srgb(image: Image.Image) -> Image.Image:
    """Colours as every screen understands them: the profile of the file is applied, then dropped."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    target = image.mode if image.mode in ("RGB", "RGBA") else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=target) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def flattened(image: Image.Image) -> Image.Image:
    """Pixels on white in a new image that never saw the file."""
    paper = Image.new("RGB", image.size, "white")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        paper.paste(seen, mask=seen.getchannel("A"))
    elif image.mode.startswith("I"):
        paper.paste(image.convert("I").point(lambda value: value / 256).convert("L"))
    else:
        paper.paste(image.convert("RGB"))
    return paper


def shaped(image: Image.Image, box: int, square: bool) -> Image.Image:
    """Scaled down into `box` pixels (never up), or the middle square of it."""
    if square:
        return ImageOps.fit(image, (box, box), Image.Resampling.LANCZOS)
    small = image.copy()
    small.thumbnail((box, box), Image.Resampling.LANCZOS)
    return small


def encoded(image: Image.Image, form: str, aim: int, most: int) -> tuple[bytes, Image.Image]:
    """Bytes of at most `most`: quality goes down first (for `aim` only a little), then the size."""
    while True:
        for quality in (88, 80, 72, 64):
            out = io.BytesIO()
            image.save(out, form, quality=quality, **({"optimize": True} if form == "JPEG" else {"method": 6}))
            if out.tell() <= (aim if quality > 72 else most):
                return out.getvalue(), image
        if min(image.size) < 32:
            raise Refused("bytes")
        image = shaped(image, max(image.size) * 3 // 4, square=False)


def lighter(image: Image.Image, plain: bytes) -> bytes | None:
    """The same as AVIF, as true to the picture as `plain` is; None where that is not smaller or cannot be made.

    A picture is never refused for want of a lighter form.
    """
    if not features.check("avif"):
        return None
    allowed = astray(image, plain) * HALF_A_DECIBEL
    for quality in (45, 52, 60, 68):
        out = io.BytesIO()
        try:
            image.save(out, "AVIF", quality=quality, speed=6, max_threads=1)
        except (OSError, ValueError, RuntimeError):  # what libavif's refusals become
            return None
        if out.tell() >= len(plain):
            break
        if astray(image, out.getvalue()) <= allowed:
            return out.getvalue()
    return None


def astray(image: Image.Image, data: bytes) -> float:
    """How far an encoded picture is from the one it was made of: the root of the mean square over all channels."""
    with Image.open(io.BytesIO(data)) as made:
        apart = ImageStat.Stat(ImageChops.difference(image, made.convert("RGB"))).rms
    return math.sqrt(sum(channel * channel for channel in apart) / len(apart))


def press(order: dict[str, Any]) -> dict[str, Any]:
    """Make every form that was ordered."""
    image = opened(order["source"], order["pixels"])
    made = []
    for want in order["make"]:
        shape = shaped(image, want["box"], want.get("square", False))
        data, result = encoded(shape, want["form"], want.get("aim", want["most"]), want["most"])
        path = f"{order['out']}/{want['name']}{SUFFIX[want['form']]}"
        with open(path, "wb") as file:
            file.write(data)
        light = lighter(result, data) if want.get("light") else None
        if light is not None:
            with open(path.replace(SUFFIX[want["form"]], ".avif"), "wb") as file:
                file.write(light)
        made.append({"kind": want["kind"], "path": path, "width": result.width, "height": result.height})
    return {"width": image.width, "height": image.height, "made": made}


def main() -> None:
    """Read the order, press, answer."""
    order = json.loads(sys.argv[1])
    limit(order["memory"], order["seconds"])
    try:
        answer = press(order)
    except Refused as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": "pixels"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
