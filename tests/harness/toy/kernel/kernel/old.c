int old(int value);

int old(int value)
{
	return value + 1;
}
