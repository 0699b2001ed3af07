"""What every page shares: base page, components, access, styles."""
