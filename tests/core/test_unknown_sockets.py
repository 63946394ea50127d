"""Who has to give way among sockets that have not said hello."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from escalation.realtime.unknown_sockets import UnknownSockets

MOVES = st.lists(st.tuples(st.sampled_from(["add", "add", "add", "remove", "give way"]), st.sampled_from("abcd")))


def test_a_flood_of_one_address_pushes_out_its_own_oldest() -> None:
    sockets = UnknownSockets[int](places=4)
    assert [sockets.add("shop", 0), *(sockets.add("flood", number) for number in (1, 2, 3))] == [None] * 4
    assert [sockets.add("flood", number) for number in (4, 5, 6)] == [1, 2, 3]
    assert sockets.add("somebody", 7) == 4
    assert len(sockets) == 4


def test_among_addresses_with_as_many_the_oldest_gives_way() -> None:
    sockets = UnknownSockets[int](places=3)
    for number, address in enumerate("abc"):
        sockets.add(address, number)
    assert [sockets.add(address, 10) for address in "d"] == [0]


def test_who_said_hello_does_not_give_way() -> None:
    sockets = UnknownSockets[int](places=2)
    sockets.add("a", 1)
    sockets.remove(1)
    sockets.remove(1)
    assert sockets.give_way("a") is None and sockets.give_way() is None
    assert [sockets.add("a", number) for number in (2, 3, 4)] == [None, None, 2]


@given(st.integers(1, 5), MOVES)
def test_there_is_always_a_place_and_only_the_fullest_address_loses_one(
    places: int, moves: list[tuple[str, str]]
) -> None:
    sockets, waiting = UnknownSockets[int](places), list[tuple[str, int]]()
    for number, (move, address) in enumerate(moves):
        if move == "remove" and waiting:
            sockets.remove(waiting.pop(number % len(waiting))[1])
        elif move == "give way":
            ours = [each for each in waiting if each[0] == address]
            assert sockets.give_way(address) == (ours[0][1] if ours else None)
            waiting = [each for each in waiting if each not in ours[:1]]
        elif move == "add":
            gone = sockets.add(address, number)
            assert (gone is not None) == (len(waiting) >= places)
            if gone is not None:
                held = Counter(each for each, _ in waiting)
                (loser,) = [each for each, socket in waiting if socket == gone]
                assert held[loser] == max(held.values())
                assert gone == next(socket for each, socket in waiting if each == loser)
                waiting = [each for each in waiting if each[1] != gone]
            waiting.append((address, number))
        assert len(sockets) == len(waiting) <= places
