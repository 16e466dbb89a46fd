from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0002_webhooks'),
    ]

    operations = [
        migrations.AlterField(
            model_name='stafftask',
            name='kind',
            field=models.CharField(choices=[('head_without_address', 'the head of the authority has no e-mail address'), ('no_head', 'the region has no head in office'), ('mail_failed', 'a letter was refused'), ('mail_uncertain', 'it is not known whether a letter was taken'), ('month_not_closed', 'a month could not be closed'), ('address_bad', 'letters to an e-mail address are refused'), ('mailbox_unread', 'the mailbox of returned letters cannot be read'), ('not_issued', 'a protocol did not issue itself at its hour'), ('nobody_fits', 'a recurring item is addressed to nobody'), ('webhook_failed', 'another system takes no notices')], max_length=40, verbose_name='kind'),
        ),
    ]
