"""A web chat with the review page, and photos that wait for an admin; the models are none."""

from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from bot.channels.webchat import WebChat
from bot.intake import Intake
from bot.photos import PhotoFiles
from bot.settings import Settings
from bot.store import answers
from bot.store.engine import Store
from bot.store.trust import decided
from bot.web.review import ReviewApi
from bot.web.sessions import Sessions
from model.decision import Answer, Twin
from tests.bot.conversation.dialogue import FakeModels

COLOURS = ("teal", "olive", "maroon", "navy", "indigo", "sienna")


@dataclass(slots=True)
class Desk:
    """Served on a free port between `start` and `stop`."""

    settings: Settings
    store: Store
    models: FakeModels = field(default_factory=FakeModels)
    web: WebChat = field(init=False)

    async def start(self) -> None:
        photos = PhotoFiles(self.settings.home, 10**9)
        self.web = WebChat(self.store, self.settings, photos)
        sessions = Sessions(self.store, self.settings)
        ReviewApi(self.store, sessions, self.models, "bears").add_to(self.web.app.router)
        await self.web.start(Intake(self.store, self.settings).save)

    async def stop(self) -> None:
        await self.web.stop()
        await self.web.close()

    async def answered(self, number: int, answer: Answer, model: str = "bears") -> str:
        """Ann sent a photo and was answered; its SHA-256."""
        sha256 = f"{number:064x}"
        path = self.settings.home / f"photos/{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.new("RGB", (320, 240), COLOURS[number % len(COLOURS)])
        ImageDraw.Draw(image).ellipse((60 + 9 * (number % 9), 40, 200, 180), fill="white")
        image.save(path)
        async with self.store.writing() as session:
            kept = f"photos/{number}.jpg"
            await answers.add_photo(session, sha256, kept, 320, 240, 9, "lite2", b"\0\0")
            await answers.add_answer(
                session,
                photo_sha256=sha256,
                chat_id="memory:ann",
                person_id="memory:ann",
                model=model,
                version="shipped-1",
                payload=answer.to_json(),
                twin=Twin(answer.classes[0], {answer.classes[0]: 0.6}).to_json(),
            )
        return sha256

    async def said(self, model: str = "bears") -> dict[str, dict[str, str]]:
        """What training reads: photo -> class -> state."""
        async with self.store.reading() as session:
            return await decided(session, model, 100)
