"""惠企惠民: policies for everyone to read; comparisons, lists and why for those whose desk they are on."""
