from feed.channels import restaurant_channel, run_channel


def test_each_restaurant_and_each_run_has_a_channel_of_its_own():
    names = [channel(number) for channel in (restaurant_channel, run_channel) for number in (1, 11)]

    assert len(set(names)) == 4
