"""What every catalog has to keep: `catalog/port.py`, promise by promise."""

import msgspec
import pytest

from photohq.catalog.port import Changed, PageKey
from photohq.photos.photo import CameraInfo, Geolocation, Photo, Status, Version, VersionType
from photohq.photos.times import iso
from photohq.photos.versions import GHOST_AGE, MATCH_GRACE

NOW = 1_800_000_000.0
replace = msgspec.structs.replace


def version(photo_id="p", *, name="a.jpg", expires_at=NOW + 900, arrived=False) -> Version:
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
    if not arrived:
        return pending
    return replace(pending, status=Status.UPLOADED, version_id="v1", etag="e1")


def photo(photo_id="p", *, user="user", at=NOW, **changes) -> Photo:
    fields = {"original": version(photo_id, arrived=True), **changes}
    return Photo(photo_id=photo_id, user_id=user, created_at=iso(at), updated_at=iso(at), **fields)


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

    def test_what_is_due_is_found_when_it_is(self, catalog):
        catalog.add(photo("whole"))
        catalog.add(photo("ghost", original=version("ghost", expires_at=NOW)))
        catalog.add(photo("lost-edit", pending_edits=(version(expires_at=NOW),)))
        catalog.add(photo("deleting", deleting=True))

        def due(at):
            return {found.photo_id for found in catalog.due(at, 10)}

        assert due(NOW) == {"deleting"}
        assert due(NOW + MATCH_GRACE + 1) == {"deleting", "lost-edit"}
        assert due(NOW + GHOST_AGE + 1) == {"deleting", "lost-edit", "ghost"}
        assert len(catalog.due(NOW + GHOST_AGE + 1, 2)) == 2

    def test_it_says_that_it_can_be_read(self, catalog):
        catalog.check()

    @staticmethod
    def _names(page):
        return [found.photo_id for found in page.photos]
