import asyncio

from hypothesis import given
from hypothesis import strategies as st

from feed.unheard import Unheard

RINGS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(min_value=0)), max_size=50)


@given(RINGS)
def test_each_channel_is_heard_once_with_its_highest_number(rings):
    unheard = Unheard()
    for channel, number in rings:
        unheard.put(channel, number)
    highest = {}
    for channel, number in rings:
        highest[channel] = max(number, highest.get(channel, 0))

    async def take_all():
        return [await unheard.take() for _ in highest]

    heard = asyncio.run(take_all())

    assert [(event.channel, int(event.message)) for event in heard] == list(highest.items())


async def test_taking_waits_for_the_next_ring():
    unheard = Unheard()
    taking = asyncio.create_task(unheard.take())
    await asyncio.sleep(0)
    assert not taking.done()

    unheard.put("a", 3)

    assert (await taking).message == "3"
