from photohq.identity.remembered import Remembered


def test_what_was_found_out_is_known_again():
    remembered = Remembered()
    assert remembered.get("token") is None
    remembered.put("token", "good")
    assert remembered.get("token") == "good"
    remembered.put("token", "better")
    assert (remembered.get("token"), len(remembered)) == ("better", 1)


def test_only_so_many_are_remembered_and_the_oldest_goes():
    remembered = Remembered(most=3)
    for number in range(10):
        remembered.put(str(number), number)
        assert len(remembered) <= 3
    assert [remembered.get(str(number)) for number in (6, 7, 8, 9)] == [None, 7, 8, 9]
