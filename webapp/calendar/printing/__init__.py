"""The calendar on paper, for the meeting room: a month or a campaign as a page to print, and as a PDF."""
