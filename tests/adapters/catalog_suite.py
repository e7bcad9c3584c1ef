"""What every catalog has to keep: `catalog/port.py`, promise by promise."""

import base64
from hashlib import sha256

import msgspec
import pytest

from photohq.catalog.port import CLAIM_AGE, Changed, Claim, Claimed, PageKey
from photohq.photos.batch import BATCH_AGE, Batch, BatchItem, ItemState
from photohq.photos.photo import (
    CameraInfo,
    Geolocation,
    KeepMetadata,
    Photo,
    Status,
    Version,
    VersionType,
)
from photohq.photos.presets import Presets
from photohq.photos.times import iso
from photohq.photos.versions import DELETE_GRACE, GHOST_AGE, MATCH_GRACE

NOW = 1_800_000_000.0
replace = msgspec.structs.replace


def version(
    photo_id="p", *, name="a.jpg", expires_at=NOW + 900, arrived=False, **changes
) -> Version:
    pending = Version(
        upload_id=f"upload-{photo_id}-{name}",
        bucket="originals",
        s3_key=f"user/originals/{photo_id}/{name}",
        filename=name,
        content_type="image/jpeg",
        file_size=6_000_000,
        created_at=iso(NOW),
        expires_at=expires_at,
    )
    if arrived:
        pending = replace(pending, status=Status.UPLOADED, version_id="v1", etag="e1")
    return replace(pending, **changes)


def photo(photo_id="p", *, user="user", at=NOW, **changes) -> Photo:
    fields = {"original": version(photo_id, arrived=True), **changes}
    return Photo(photo_id=photo_id, user_id=user, created_at=iso(at), updated_at=iso(at), **fields)


def with_checksum(photo_id, text="some bytes", *, arrived=True, **changes) -> Photo:
    original = version(photo_id, arrived=arrived, checksum_sha256=checksum(text))
    return photo(photo_id, original=original, **changes)


def checksum(text) -> str:
    return base64.b64encode(sha256(text.encode()).digest()).decode()


def claim(key="user POST /photos key", *, at=NOW, fingerprint="f", answer=b"{}") -> Claim:
    return Claim(key=key, fingerprint=fingerprint, answer=answer, expires_at=at + CLAIM_AGE)


def batch_of(photos, **changes) -> Batch:
    fields = {
        "batch_id": "b",
        "user_id": "user",
        "created_at": iso(NOW),
        "expires_at": NOW + BATCH_AGE,
        "items": tuple(
            BatchItem(
                state=ItemState.ANNOUNCED,
                filename=photo.original.filename,
                photo_id=photo.photo_id,
            )
            for photo in photos
        ),
    }
    return Batch(**fields | changes)


_OF_AN_EDIT = {
    "parent": "v1",
    "author": "user",
    "recipe": {"recipe": 1, "exposure": 0.35, "tone_curve": {"rgb": [[0, 0], [255, 255]]}},
    "keep_metadata": KeepMetadata.RESTORE,
    "dropped_metadata": ("exif", "icc"),
    "restored_metadata": ("exif",),
}


class CatalogSuite:
    """A catalog's test class inherits this and gives the `catalog` fixture: an empty one."""

    def test_what_was_added_is_found_whole(self, catalog):
        stored = photo(
            tags=("sea", "dawn"),
            description="On the ferry",
            geolocation=Geolocation(latitude=54.1, longitude=12.1, altitude=3.5),
            camera_info=CameraInfo(make="Canon", aperture=1.8, shutter_speed="1/250"),
            pending_edits=(version(name="é.jpg"),),
        )
        catalog.add(stored)
        assert catalog.find("p") == stored

    def test_an_unknown_id_is_none(self, catalog):
        assert catalog.find("nobody") is None

    def test_an_id_is_added_once(self, catalog):
        catalog.add(photo())
        with pytest.raises(Changed):
            catalog.add(photo(description="another"))
        assert catalog.find("p") == photo()

    def test_replace_puts_the_new_record_in_place(self, catalog):
        old = photo()
        new = replace(old, counter=2, description="new")
        catalog.add(old)
        catalog.replace(old, new)
        assert catalog.find("p") == new

    def test_replace_refuses_a_record_that_was_written_meanwhile(self, catalog):
        old = photo()
        newer = replace(old, counter=2, description="first")
        catalog.add(old)
        catalog.replace(old, newer)
        with pytest.raises(Changed):
            catalog.replace(old, replace(old, counter=2, description="second"))
        assert catalog.find("p") == newer

    def test_replace_never_resurrects(self, catalog):
        old = photo()
        catalog.add(old)
        catalog.remove(old)
        with pytest.raises(Changed):
            catalog.replace(old, replace(old, counter=2))
        assert catalog.find("p") is None

    def test_remove_holds_to_the_same_condition(self, catalog):
        old = photo()
        newer = replace(old, counter=2)
        catalog.add(old)
        catalog.replace(old, newer)
        with pytest.raises(Changed):
            catalog.remove(old)
        catalog.remove(newer)
        with pytest.raises(Changed):
            catalog.remove(newer)

    def test_a_list_is_newest_first_and_ties_are_decided(self, catalog):
        for name, at in [("a", 1), ("c", 2), ("b", 2), ("d", 3)]:
            catalog.add(photo(name, at=NOW + at))
        catalog.add(photo("x", user="somebody else"))
        assert self._names(catalog.page("user", limit=10, now=NOW)) == ["d", "c", "b", "a"]

    def test_pages_join_without_a_gap_or_a_double(self, catalog):
        for index in range(7):
            catalog.add(photo(f"p{index}", at=NOW + index // 3))
        seen, after = [], None
        while True:
            page = catalog.page("user", limit=2, now=NOW, after=after)
            seen += self._names(page)
            if page.next is None:
                break
            assert len(page.photos) == 2
            assert page.scanned >= 2
            after = page.next
        assert seen == ["p6", "p5", "p4", "p3", "p2", "p1", "p0"]

    def test_a_page_that_is_full_and_last_has_no_next(self, catalog):
        for index in range(2):
            catalog.add(photo(f"p{index}"))
        assert catalog.page("user", limit=2, now=NOW).next is None

    def test_a_page_may_begin_after_a_photo_that_is_gone(self, catalog):
        catalog.add(photo("old", at=NOW))
        after = PageKey(created_at=iso(NOW + 5), photo_id="gone")
        assert self._names(catalog.page("user", limit=5, now=NOW, after=after)) == ["old"]

    def test_every_photo_of_everybody_is_gone_through_once(self, catalog):
        catalog.claim(claim())
        for index in range(5):
            catalog.add(photo(f"p{index}", user=f"user-{index % 2}"))
        catalog.add(photo("going", deleting=True))
        seen, after = [], None
        while True:
            part = catalog.every(limit=2, after=after)
            assert len(part.photos) <= 2
            seen += [found.photo_id for found in part.photos]
            after = part.next
            if after is None:
                break
        assert sorted(seen) == ["going", "p0", "p1", "p2", "p3", "p4"]

    def test_filters_tell_photos_with_an_edited_version_from_those_without(self, catalog):
        catalog.add(photo("plain"))
        catalog.add(photo("announced", pending_edits=(version(),)))
        catalog.add(photo("edited", edited=version(arrived=True)))
        edited = catalog.page("user", limit=9, now=NOW, version_type=VersionType.EDITED)
        original = catalog.page("user", limit=9, now=NOW, version_type=VersionType.ORIGINAL)
        assert sorted(self._names(edited)) == ["announced", "edited"]
        assert self._names(original) == ["plain"]

    def test_a_filter_follows_the_record(self, catalog):
        old = photo()
        catalog.add(old)
        catalog.replace(old, replace(old, counter=2, edited=version(arrived=True)))
        assert catalog.page("user", limit=9, now=NOW, version_type=VersionType.EDITED).photos
        assert not catalog.page("user", limit=9, now=NOW, version_type=VersionType.ORIGINAL).photos

    def test_lists_leave_out_what_is_an_hour_overdue(self, catalog):
        catalog.add(photo(original=version(expires_at=NOW)))
        assert catalog.page("user", limit=9, now=NOW + MATCH_GRACE - 1).photos
        assert not catalog.page("user", limit=9, now=NOW + MATCH_GRACE + 1).photos
        assert catalog.find("p") is not None

    def test_lists_leave_out_what_is_being_deleted(self, catalog):
        catalog.add(photo(deleting=True))
        assert not catalog.page("user", limit=9, now=NOW).photos

    def test_hidden_photos_do_not_shorten_a_page(self, catalog):
        for index in range(10):
            shown = index % 2 == 0
            original = version(arrived=shown, expires_at=NOW - 2 * MATCH_GRACE)
            catalog.add(photo(f"p{index}", at=NOW + index, original=original))
        page = catalog.page("user", limit=3, now=NOW)
        assert self._names(page) == ["p8", "p6", "p4"]
        assert page.next is not None

    def test_every_fact_of_every_version_is_kept(self, catalog):
        arrived = version(
            arrived=True,
            checksum_sha256=checksum("a"),
            arrived_at=iso(NOW + 1.25),
            last_modified=NOW + 0.123,
            expires_at=NOW + 900.789,
        )
        stored = photo(
            original=arrived,
            edited=replace(arrived, upload_id="e1", filename="edited.jpg", bucket="edited"),
            pending_edits=(
                version(name="b.jpg", upload_id="e2", status_reason="type_mismatch"),
                version(name="c.jpg", upload_id="e3", checksum_sha256=checksum("c")),
            ),
            past_edits=(
                replace(arrived, upload_id="u-v1", version_id="v1", replaced_at=NOW + 0.5),
                replace(arrived, upload_id="u-v2", version_id="v2", **_OF_AN_EDIT),
            ),
            retired=("user/edited/p/old.jpg",),
            arrived_edits=3,
            revision=7,
            counter=12,
        )
        catalog.add(stored)
        assert catalog.find("p") == stored

    def test_a_failed_original_and_a_purge_are_kept(self, catalog):
        failed = version(status=Status.FAILED, status_reason="size_mismatch")
        stored = photo(original=failed, deleting=True, purging=True)
        catalog.add(stored)
        assert catalog.find("p") == stored

    @pytest.mark.parametrize(
        "custom",
        [
            {},
            {"": ""},
            {"": 1e300, "a": [None, {"b": -0.0}]},
            {"tiny": 5e-324, "long": 0.1234567890123456789, "big": 2**63},
            {"true": True, "one": 1, "one and a bit": 1.5, "text": "\u0000 \u2028 é 🙂"},
        ],
    )
    def test_any_json_object_is_kept(self, catalog, custom):
        stored = photo(custom=custom, rating=0)
        catalog.add(stored)
        assert catalog.find("p") == stored

    def test_empty_metadata_is_told_from_none(self, catalog):
        stored = photo(tags=(), description="", camera_info=CameraInfo(), rating=5)
        catalog.add(stored)
        assert catalog.find("p") == stored

    @pytest.mark.parametrize("number", [0.1 + 0.2, -1 / 3, 1e-7, 1e-100, 123456789.12345679])
    def test_numbers_are_kept_to_the_last_digit(self, catalog, number):
        place = Geolocation(latitude=number, longitude=-number, altitude=number * 2)
        stored = photo(geolocation=place, camera_info=CameraInfo(shutter_speed=number))
        catalog.add(stored)
        assert catalog.find("p") == stored

    def test_a_number_next_to_nothing_may_become_zero(self, catalog):
        catalog.add(photo(geolocation=Geolocation(latitude=5e-324, longitude=-1e-200)))
        found = catalog.find("p").geolocation
        assert abs(found.latitude) <= 5e-324
        assert abs(found.longitude) <= 1e-200

    def test_many_are_found_at_once(self, catalog):
        stored = [photo(f"p{index}") for index in range(230)]
        catalog.add_batch(batch_of(stored), stored)
        found = catalog.find_many([*(one.photo_id for one in stored), "nobody", "p1", ""])
        assert found == {one.photo_id: one for one in stored}
        assert catalog.find_many([]) == {}

    @pytest.mark.parametrize("odd", ["", "p" * 5000, "#", "batch#b", "idem#key", "é\x00🙂"])
    def test_an_odd_id_is_unknown_like_any_other(self, catalog, odd):
        catalog.claim(claim("key"))
        catalog.add_batch(batch_of([]), [])
        assert catalog.find(odd) is None
        assert catalog.find_many([odd]) == {}
        assert catalog.find_batch(odd, NOW) is None
        assert catalog.find_claim(f"{odd} of another", NOW) is None

    def test_a_claim_is_stored_with_its_photo(self, catalog):
        made = claim(answer=b"\x00 any bytes \xff")
        catalog.add(photo(), made)
        assert catalog.find("p") == photo()
        assert catalog.find_claim(made.key, NOW) == made
        assert catalog.find_claim("another", NOW) is None

    def test_a_long_key_is_claimed_like_any_other(self, catalog):
        made, other = claim("k" * 5000), claim("k" * 4999)
        catalog.claim(made)
        catalog.claim(other)
        assert catalog.find_claim(made.key, NOW) == made
        with pytest.raises(Claimed):
            catalog.claim(made)

    def test_a_long_answer_is_kept(self, catalog):
        answer = msgspec.json.encode(
            [f"https://bucket/{index}?{'x' * 2000}" for index in range(200)]
        )
        made = claim(answer=answer)
        catalog.claim(made)
        assert catalog.find_claim(made.key, NOW) == made

    def test_a_key_in_use_keeps_the_photo_out(self, catalog):
        earlier = claim(answer=b"first")
        catalog.add(photo("first"), earlier)
        with pytest.raises(Claimed) as refused:
            catalog.add(photo("second"), claim(at=NOW + 5, fingerprint="g", answer=b"second"))
        assert refused.value.earlier == earlier
        assert catalog.find("second") is None
        assert catalog.find_claim(earlier.key, NOW) == earlier

    def test_a_key_in_use_keeps_a_record_as_it_is(self, catalog):
        old, earlier = photo(), claim()
        catalog.add(old, earlier)
        with pytest.raises(Claimed) as refused:
            catalog.replace(old, replace(old, counter=2), claim(answer=b"second"))
        assert refused.value.earlier == earlier
        assert catalog.find("p") == old

    def test_a_key_in_use_tells_more_than_a_record_that_changed(self, catalog):
        old, earlier = photo(), claim()
        new = replace(old, counter=2)
        catalog.add(old)
        catalog.replace(old, new, earlier)
        with pytest.raises(Claimed) as refused:
            catalog.replace(old, new, claim(answer=b"second"))
        assert refused.value.earlier == earlier
        with pytest.raises(Claimed):
            catalog.add(old, claim())

    def test_what_is_refused_does_not_use_up_its_key(self, catalog):
        old = photo()
        catalog.add(old)
        with pytest.raises(Changed):
            catalog.add(old, claim())
        with pytest.raises(Changed):
            catalog.replace(replace(old, counter=4), replace(old, counter=5), claim())
        assert catalog.find_claim(claim().key, NOW) is None
        catalog.replace(old, replace(old, counter=2), claim())
        assert catalog.find_claim(claim().key, NOW) == claim()

    def test_a_claim_alone_is_stored_once(self, catalog):
        catalog.claim(claim())
        with pytest.raises(Claimed) as refused:
            catalog.claim(claim(at=NOW + 1, answer=b"second"))
        assert refused.value.earlier == claim()

    def test_a_key_is_free_again_after_a_day(self, catalog):
        catalog.claim(claim())
        assert catalog.find_claim(claim().key, NOW + CLAIM_AGE - 1) == claim()
        assert catalog.find_claim(claim().key, NOW + CLAIM_AGE) is None
        with pytest.raises(Claimed):
            catalog.claim(claim(at=NOW + CLAIM_AGE - 1))
        later = claim(at=NOW + CLAIM_AGE, fingerprint="g", answer=b"later")
        catalog.add(photo(), later)
        assert catalog.find_claim(later.key, NOW + CLAIM_AGE) == later
        with pytest.raises(Claimed):
            catalog.claim(claim(at=NOW + CLAIM_AGE + 1))

    def test_photos_are_found_by_the_bytes_that_arrived(self, catalog):
        first, second = with_checksum("p1", "one"), with_checksum("p2", "two")
        catalog.add(first)
        catalog.add(second)
        catalog.add(with_checksum("p3", "three", user="somebody else"))
        catalog.add(with_checksum("p4", "four", arrived=False))
        catalog.add(photo("p5"))
        asked = [checksum(text) for text in ("one", "two", "three", "four", "five", "one")]
        found = catalog.find_by_checksums("user", asked)
        assert found == {checksum("one"): first, checksum("two"): second}
        assert catalog.find_by_checksums("user", [checksum("two")]) == {checksum("two"): second}
        assert catalog.find_by_checksums("user", []) == {}

    def test_bytes_that_arrive_are_found_from_then_on(self, catalog):
        pending = with_checksum("p", arrived=False)
        there = replace(with_checksum("p"), counter=2)
        later = replace(there, counter=3, description="new")
        catalog.add(pending)
        assert catalog.find_by_checksums("user", [checksum("some bytes")]) == {}
        catalog.replace(pending, there)
        assert catalog.find_by_checksums("user", [checksum("some bytes")]).popitem()[1] == there
        catalog.replace(there, later)
        assert catalog.find_by_checksums("user", [checksum("some bytes")]).popitem()[1] == later

    def test_of_twins_one_is_found_as_long_as_there_is_one(self, catalog):
        asked = [checksum("some bytes")]
        twins = [with_checksum(f"p{index}", at=NOW + index) for index in range(3)]
        for twin in twins:
            catalog.add(twin)
        while twins:
            found = catalog.find_by_checksums("user", asked)[asked[0]]
            assert found in twins
            catalog.remove(found)
            twins.remove(found)
        assert catalog.find_by_checksums("user", asked) == {}
        catalog.add(with_checksum("again"))
        assert catalog.find_by_checksums("user", asked) == {asked[0]: with_checksum("again")}

    def test_a_photo_that_is_being_deleted_is_no_twin(self, catalog):
        asked = [checksum("some bytes")]
        twins = [with_checksum(f"p{index:02}", at=NOW + index) for index in range(12)]
        for twin in twins:
            catalog.add(twin)
        for twin in twins[:-1]:
            catalog.replace(twin, replace(twin, counter=2, deleting=True))
        assert catalog.find_by_checksums("user", asked) == {asked[0]: twins[-1]}
        catalog.replace(twins[-1], replace(twins[-1], counter=2, deleting=True))
        assert catalog.find_by_checksums("user", asked) == {}

    def test_a_batch_is_stored_with_its_photos(self, catalog):
        photos = [photo(f"p{index}", original=version(f"p{index}")) for index in range(200)]
        refused = BatchItem(state=ItemState.REFUSED, filename="é.gif", reason="Only JPEG")
        batch = batch_of(photos)
        batch = replace(batch, items=(*batch.items, refused))
        catalog.add_batch(batch, photos)
        assert catalog.find_batch("b", NOW) == batch
        assert catalog.find_many([one.photo_id for one in photos]).keys() == {
            one.photo_id for one in photos
        }
        assert catalog.find("p7") == photos[7]

    def test_a_batch_may_have_no_photos(self, catalog):
        catalog.add_batch(batch_of([]), [])
        assert catalog.find_batch("b", NOW) == batch_of([])

    def test_a_batch_is_forgotten_when_its_time_is_over(self, catalog):
        catalog.add_batch(batch_of([]), [])
        assert catalog.find_batch("b", NOW + BATCH_AGE - 1)
        assert catalog.find_batch("b", NOW + BATCH_AGE) is None
        assert catalog.find_batch("another", NOW) is None

    def test_a_repeat_leaves_alone_what_is_there(self, catalog):
        photos = [photo(f"p{index}") for index in range(130)]
        older = replace(photos[3], counter=9, description="changed since")
        catalog.add(older)
        catalog.add(photos[120])
        catalog.add_batch(batch_of(photos), photos)
        assert catalog.find("p3") == older
        assert len(catalog.find_many([one.photo_id for one in photos])) == 130
        catalog.add_batch(batch_of(photos), photos)
        assert catalog.find("p3") == older
        assert catalog.find_batch("b", NOW) == batch_of(photos)

    def test_a_batch_that_is_there_brings_back_no_photo(self, catalog):
        photos = [photo(f"p{index}") for index in range(130)]
        catalog.add_batch(batch_of(photos), photos)
        catalog.remove(photos[0])
        catalog.remove(photos[129])
        catalog.add_batch(batch_of(photos), photos)
        assert catalog.find_many(["p0", "p129"]) == {}

    def test_photos_of_a_batch_are_as_good_as_any(self, catalog):
        stored = with_checksum("p", pending_edits=(version(name="b.jpg"),))
        catalog.add_batch(batch_of([stored]), [stored])
        assert catalog.page("user", limit=5, now=NOW).photos == [stored]
        asked = [checksum("some bytes")]
        assert catalog.find_by_checksums("user", asked) == {asked[0]: stored}

    def test_presets_are_kept_for_each_user(self, catalog):
        none = catalog.find_presets("user")
        assert none == Presets(user_id="user")
        recipes = {"Warm": {"recipe": 1, "temperature": 20, "exposure": 0.35}, "Ünï": {"recipe": 1}}
        stored = Presets(user_id="user", counter=1, recipes=recipes)
        catalog.replace_presets(none, stored)
        assert catalog.find_presets("user") == stored
        assert catalog.find_presets("other") == Presets(user_id="other")
        assert not catalog.page("user", limit=9, now=NOW).photos
        later = replace(stored, counter=2, recipes={})
        catalog.replace_presets(stored, later)
        assert catalog.find_presets("user") == later

    def test_presets_that_were_written_meanwhile_are_not_overwritten(self, catalog):
        none = catalog.find_presets("user")
        first = Presets(user_id="user", counter=1, recipes={"a": {"recipe": 1}})
        catalog.replace_presets(none, first)
        for old in (none, replace(first, counter=7)):
            with pytest.raises(Changed):
                catalog.replace_presets(old, replace(old, counter=old.counter + 1))
        assert catalog.find_presets("user") == first

    def test_presets_go_with_their_user(self, catalog):
        none = catalog.find_presets("user")
        catalog.replace_presets(none, replace(none, counter=1, recipes={"a": {"recipe": 1}}))
        catalog.remove_presets("user")
        assert catalog.find_presets("user") == none

    def test_it_says_that_it_can_be_read(self, catalog):
        catalog.check()

    @staticmethod
    def _names(page):
        return [found.photo_id for found in page.photos]


class AgendaSuite:
    """The same for a catalog that can be asked what is due."""

    def test_what_is_due_is_found_when_it_is(self, catalog):
        catalog.add(photo("whole"))
        catalog.add(photo("ghost", original=version("ghost", expires_at=NOW)))
        catalog.add(photo("lost-edit", pending_edits=(version(expires_at=NOW),)))
        catalog.add(photo("deleting", deleting=True))

        def due(at):
            return {found.photo_id for found in catalog.due(at, 10)}

        assert due(NOW) == set()
        assert due(NOW + DELETE_GRACE + 1) == {"deleting"}
        assert due(NOW + MATCH_GRACE + 1) == {"deleting", "lost-edit"}
        assert due(NOW + GHOST_AGE + 1) == {"deleting", "lost-edit", "ghost"}
        assert len(catalog.due(NOW + GHOST_AGE + 1, 2)) == 2

    def test_what_has_expired_is_forgotten(self, catalog):
        catalog.claim(claim("early"))
        catalog.claim(claim("late", at=NOW + 10))
        catalog.add_batch(batch_of([]), [])
        catalog.add_batch(batch_of([], batch_id="late", expires_at=NOW + BATCH_AGE + 10), [])
        catalog.forget(NOW + CLAIM_AGE + 5)
        assert catalog.find_claim("early", NOW) is None
        assert catalog.find_claim("late", NOW)
        assert catalog.find_batch("b", NOW)
        catalog.forget(NOW + BATCH_AGE + 5)
        assert catalog.find_batch("b", NOW) is None
        assert catalog.find_batch("late", NOW)
