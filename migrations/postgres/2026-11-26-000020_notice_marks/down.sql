DROP TABLE notice_marks;
